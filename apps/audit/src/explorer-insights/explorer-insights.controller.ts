import { Controller, Get, Headers, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type Fault } from '@tollgate/contracts';
import { PageFaultFilter, sendPage } from '@tollgate/pages';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type BrowserHeaders, ExplorerDoor } from '../explorer-page/explorer-door.js';
import { textsOf } from '../explorer-search/search-query.js';
import { ReadRecorder } from '../record-read/read-recorder.js';
import { FindInsights } from './find-insights.js';
import { insightsPage, type ShownInsights } from './insights-page.js';
import { insightsQuery } from './insights-query.js';
import { timeBins } from './time-bins.js';

const TOO_MUCH: Fault = {
  pointer: '/from',
  detail: 'is too early: the period holds too much to be counted in half a minute; ask for a shorter one',
};

/** Who approves what, how long it takes, and what comes of it. */
@ApiExcludeController()
@UseFilters(PageFaultFilter)
@Controller('insights')
export class ExplorerInsightsController {
  constructor(
    private readonly door: ExplorerDoor,
    private readonly findInsights: FindInsights,
    private readonly recorder: ReadRecorder,
  ) {}

  @Get()
  async insights(
    @Query() parameters: Record<string, unknown>,
    @Headers() headers: BrowserHeaders,
    @Req() { url }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reader = await this.door.enter(reply, headers, url);
    if (reader === undefined) return;
    const refuse = (status: 400 | 422, faults: readonly Fault[]): Promise<void> =>
      sendPage(
        reply,
        status,
        insightsPage({ reader: reader.name, form: textsOf(parameters), faults, shown: undefined }),
      );
    const asked = insightsQuery(parameters, Date.now());
    if ('faults' in asked) return refuse(400, asked.faults);
    const { query } = asked;
    const bins = timeBins(query.from, query.to);
    const insights = await this.findInsights.find(query, bins);
    if (insights === undefined) return refuse(422, [TOO_MUCH]);
    await this.recorder.record({ reader, query: `GET ${url}`, count: insights.population.records });
    const shown: ShownInsights = { query, bins, insights };
    await sendPage(reply, 200, insightsPage({ reader: reader.name, form: query.form, faults: [], shown }));
  }
}
