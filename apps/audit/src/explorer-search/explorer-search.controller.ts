import { Controller, Get, Headers, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { PAGE_HEADERS, PageFaultFilter, renderPart, sendPage } from '@tollgate/pages';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type BrowserHeaders, ExplorerDoor } from '../explorer-page/explorer-door.js';
import { LedgerNews } from '../explorer-live/ledger-news.js';
import { CursorSeal } from '../query-ledger/cursor.js';
import { ReadRecorder } from '../record-read/read-recorder.js';
import { FindRequests } from './find-requests.js';
import { searchPath, searchQuery, textsOf } from './search-query.js';
import { searchPage, type SearchResults, SearchResultsPart } from './search-page.js';

/** Requests on a page. */
const PAGE = 25;
/** How the script asks for the results alone. */
const PART_HEADER = 'x-explorer-part';

/** The start page: requests, searched for by id, person, action and time. */
@ApiExcludeController()
@UseFilters(PageFaultFilter)
@Controller()
export class ExplorerSearchController {
  constructor(
    private readonly door: ExplorerDoor,
    private readonly findRequests: FindRequests,
    private readonly cursors: CursorSeal,
    private readonly news: LedgerNews,
    private readonly recorder: ReadRecorder,
  ) {}

  @Get()
  async search(
    @Query() parameters: Record<string, unknown>,
    @Headers() headers: BrowserHeaders,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const isPart = request.headers[PART_HEADER] === 'results';
    const reader = isPart ? this.door.reader(headers) : await this.door.enter(reply, headers, request.url);
    if (reader === undefined) return;
    const results = await this.#results(parameters);
    const status = results.faults.length > 0 ? 400 : 200;
    if (status === 200)
      await this.recorder.record({ reader, query: `GET ${request.url}`, count: results.requests.length });
    if (isPart)
      await reply
        .code(status)
        .headers(PAGE_HEADERS)
        .send(renderPart(SearchResultsPart(results)));
    else await sendPage(reply, status, searchPage(reader.name, results));
  }

  async #results(parameters: Record<string, unknown>): Promise<SearchResults> {
    const end = await this.news.end();
    const asked = searchQuery(parameters);
    if ('faults' in asked)
      return { form: textsOf(parameters), requests: [], faults: asked.faults, isLater: false, end };
    const { form, filter, after } = asked.query;
    const question = `explorer ${JSON.stringify(form)}`;
    const position = after === undefined ? undefined : this.cursors.open(after, question);
    if (after !== undefined && position === undefined)
      return {
        form,
        requests: [],
        faults: [{ pointer: '/after', detail: 'belongs to another search; search again' }],
        isLater: true,
        end,
      };
    const { requests, next } = await this.findRequests.find(filter, PAGE, position);
    return {
      form,
      requests,
      faults: [],
      isLater: after !== undefined,
      end,
      next: next === undefined ? undefined : searchPath(form, this.cursors.seal(next, question)),
    };
  }
}
