import { Controller, Get, Headers, type OnApplicationShutdown, Query, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { doorCheck } from '@tollgate/contracts';
import { PageFaultFilter } from '@tollgate/pages';
import { EventStream, Problem } from '@tollgate/runtime';
import { IsOptional, IsUUID, Matches } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { type BrowserHeaders, ExplorerDoor } from '../explorer-page/explorer-door.js';
import { badParameters } from '../query-ledger/event-query.js';
import { LedgerNews, type News } from './ledger-news.js';

const LOOK_EVERY_MS = 2_000;
/** A stream ends after so long; a page that nobody looks at asks the database nothing for ever. */
const STREAM_MS = 15 * 60_000;
const MOST_STREAMS = 100;

class LiveParameters {
  @Matches(/^(?:0|[1-9]\d{0,15})$/, { message: 'since must be a position in the ledger' }) since!: string;
  @IsOptional() @IsUUID('all') request?: string;
}
const check = doorCheck(LiveParameters);

/**
 * Tells open pages that something is new, as server-sent events: how many records and requests, nothing of what is in
 * them. To see it is a read like any other.
 */
@ApiExcludeController()
@UseFilters(PageFaultFilter)
@Controller('live')
export class ExplorerLiveController implements OnApplicationShutdown {
  readonly #streams = new Set<EventStream>();

  constructor(
    private readonly door: ExplorerDoor,
    private readonly news: LedgerNews,
  ) {}

  @Get()
  stream(
    @Query() parameters: Record<string, unknown>,
    @Headers() headers: BrowserHeaders,
    @Res() reply: FastifyReply,
  ): void {
    this.door.reader(headers);
    const checked = check(parameters);
    if (!checked.ok) throw badParameters(checked.faults);
    if (this.#streams.size >= MOST_STREAMS)
      throw new Problem(503, 'too-many-streams', 'Too many pages are followed live', {
        detail: 'The page shows what is new when it is opened again.',
      });
    const { request, since } = checked.value;
    const look = (): Promise<News> =>
      request === undefined
        ? this.news.ofAll(Number(since))
        : this.news.ofRequest(request.toLowerCase(), Number(since));
    const ended: (() => void)[] = [];
    const stream = new EventStream(reply, () => {
      this.#streams.delete(stream);
      ended.forEach((end) => end());
    });
    this.#streams.add(stream);
    const over = setTimeout(() => {
      stream.send({ event: 'over', data: {} });
      stream.close();
    }, STREAM_MS);
    ended.push(() => clearTimeout(over));
    this.#follow(stream, headers, look, ended);
  }

  onApplicationShutdown(): void {
    for (const stream of this.#streams) stream.close();
  }

  #follow(
    stream: EventStream,
    headers: BrowserHeaders,
    look: () => Promise<News>,
    ended: (() => void)[],
  ): void {
    let told = 0;
    let timer: NodeJS.Timeout | undefined;
    ended.push(() => clearTimeout(timer));
    const lookAgain = async (): Promise<void> => {
      try {
        // Who was signed out, or taken off the list, meanwhile is told nothing more.
        this.door.reader(headers);
        const { records, requests } = await look();
        if (records > told) stream.send({ event: 'news', data: { records, requests } });
        told = Math.max(told, records);
      } catch {
        // The browser comes back by itself, and is told by the answer to that what is wrong.
        stream.close();
        return;
      }
      if (stream.open) timer = setTimeout(() => void lookAgain(), LOOK_EVERY_MS);
    };
    void lookAgain();
  }
}
