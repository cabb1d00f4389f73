import { Controller, Get, Headers, Ip, Query, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { EventStream, unauthenticated } from '@tollgate/runtime';
import { type FastifyReply } from 'fastify';
import { ApprovalFeed } from '../approvals-api/approval-feed.js';
import { StreamsEnd } from '../approvals-api/streams-end.js';
import { PageFaultFilter, sendPage } from '@tollgate/pages';
import { type BrowserHeaders, InboxDoor } from './inbox-door.js';
import { inboxPage } from './inbox-page.js';
import { inboxPath, readInboxQuery } from './inbox-query.js';
import { ReadInbox } from './read-inbox.js';

/** Requests on a page. */
const PAGE = 50;
/** A stream ends after so long: a page that nobody looks at keeps nobody signed in. */
const STREAM_MS = 15 * 60 * 1000;

/** What waits for somebody who is signed in, and what they decided. */
@ApiTags('inbox')
@UseFilters(PageFaultFilter)
@Controller('inbox')
export class InboxController {
  constructor(
    private readonly door: InboxDoor,
    private readonly inbox: ReadInbox,
    private readonly feed: ApprovalFeed,
    private readonly end: StreamsEnd,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What waits for me, what waits for others, what I decided.' })
  @ApiQuery({ name: 'list', required: false, schema: { enum: ['mine', 'others', 'decided'] } })
  @ApiQuery({ name: 'action', required: false })
  @ApiQuery({ name: 'environment', required: false })
  @ApiQuery({ name: 'risk', required: false, schema: { enum: ['low', 'medium', 'high', 'critical'] } })
  @ApiQuery({ name: 'requester', required: false, description: 'A text in the requester’s id or name.' })
  @ApiQuery({ name: 'after', required: false, description: 'Where the page before ended.' })
  @ApiResponse({ status: 200, description: 'text/html' })
  @ApiResponse({ status: 303, description: 'To sign in.' })
  async list(
    @Res() reply: FastifyReply,
    @Query() asked: unknown,
    @Headers() headers: BrowserHeaders,
    @Ip() address: string,
  ): Promise<void> {
    const query = readInboxQuery(asked);
    const reader = await this.door.enter(
      reply,
      headers,
      address,
      inboxPath(query.list, query.filter, query.after),
    );
    if (reader === undefined) return;
    const { content, next } = await this.inbox.page(reader.person, query, PAGE);
    await sendPage(
      reply,
      200,
      inboxPage({
        name: reader.name,
        zone: reader.zone,
        query,
        content,
        ...(next === undefined ? {} : { next: inboxPath(query.list, query.filter, next) }),
      }),
    );
  }

  @Get('events')
  @ApiOperation({
    summary: 'What happens to my approvals, for the page’s script, as server-sent events.',
    description:
      'Events `opened`, `changed` and `closed`, each with the approval; `over` after a quarter of an hour.',
  })
  @ApiResponse({ status: 200, description: 'text/event-stream' })
  @ApiResponse({ status: 401, description: 'Nobody is signed in.' })
  async events(
    @Res() reply: FastifyReply,
    @Headers() { cookie }: BrowserHeaders,
    @Ip() address: string,
  ): Promise<void> {
    const reader = await this.door.find(cookie, address);
    if (reader === undefined) throw unauthenticated('Nobody is signed in.');
    const ended: (() => void)[] = [];
    const stream = new EventStream(reply, () => ended.forEach((end) => end()));
    ended.push(this.feed.subscribe(reader.person, (encoded) => stream.sendEncoded(encoded)));
    ended.push(this.end.onStop(() => stream.close()));
    const over = setTimeout(() => {
      stream.send({ event: 'over', data: {} });
      stream.close();
    }, STREAM_MS);
    ended.push(() => clearTimeout(over));
  }
}
