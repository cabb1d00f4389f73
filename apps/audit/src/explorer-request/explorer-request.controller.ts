import { Controller, Get, Headers, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { PageFaultFilter, sendPage } from '@tollgate/pages';
import { notFound } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type BrowserHeaders, ExplorerDoor } from '../explorer-page/explorer-door.js';
import { LedgerNews } from '../explorer-live/ledger-news.js';
import { type LedgerRow } from '../ledger-reader/ledger-row.js';
import { type Reader } from '../ledger-reader/reader.js';
import { eventDocument } from '../query-ledger/event-document.js';
import { ReadRecorder } from '../record-read/read-recorder.js';
import { FindRequest } from '../request-trail/find-request.js';
import { requestIdOf } from '../request-trail/request-id.js';
import { requestTrail } from '../request-trail/request-trail.js';
import { recordPage } from './record-page.js';
import { requestPage } from './request-page.js';

const nothingOnRecord = () => notFound('Nothing is on record about this request.');

/** A request as a timeline, and its records one by one. */
@ApiExcludeController()
@UseFilters(PageFaultFilter)
@Controller('requests')
export class ExplorerRequestController {
  constructor(
    private readonly door: ExplorerDoor,
    private readonly findRequest: FindRequest,
    private readonly news: LedgerNews,
    private readonly recorder: ReadRecorder,
  ) {}

  @Get(':id')
  async request(
    @Param('id') id: string,
    @Headers() headers: BrowserHeaders,
    @Req() asked: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reader = await this.door.enter(reply, headers, asked.url);
    if (reader === undefined) return;
    const requestId = requestIdOf(id);
    const end = await this.news.end();
    const rows = await this.#rows(requestId, reader, asked.url);
    const trail = requestTrail(requestId, rows);
    await sendPage(reply, 200, requestPage({ trail, now: Date.now(), end, reader: reader.name }));
  }

  @Get(':id/records/:seq')
  async record(
    @Param('id') id: string,
    @Param('seq') seq: string,
    @Headers() headers: BrowserHeaders,
    @Req() asked: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reader = await this.door.enter(reply, headers, asked.url);
    if (reader === undefined) return;
    const requestId = requestIdOf(id);
    const row = (await this.findRequest.find(requestId)).find((each) => each.seq === seq);
    await this.recorder.record({ reader, query: `GET ${asked.url}`, count: row === undefined ? 0 : 1 });
    if (row === undefined) throw notFound('The request has no such record.');
    await sendPage(reply, 200, recordPage(requestId, eventDocument(row), reader.name));
  }

  /** On record before anything is given out, as every read is. */
  async #rows(requestId: string, reader: Reader, url: string): Promise<LedgerRow[]> {
    const rows = await this.findRequest.find(requestId);
    await this.recorder.record({ reader, query: `GET ${url}`, count: rows.length });
    if (rows.length === 0) throw nothingOnRecord();
    return rows;
  }
}
