import { Controller, Get, Header, Headers, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { PageFaultFilter, sendPage } from '@tollgate/pages';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { LedgerVerifier } from '../checkpoints/checkpoints.controller.js';
import { Checkpoints } from '../checkpoints/checkpoints.js';
import { ProveRequest } from '../checkpoints/prove-request.js';
import { type RequestProofDocument } from '../checkpoints/request-proof.document.js';
import { type BrowserHeaders, ExplorerDoor } from '../explorer-page/explorer-door.js';
import { ReadRecorder } from '../record-read/read-recorder.js';
import { FindRequest } from '../request-trail/find-request.js';
import { requestIdOf } from '../request-trail/request-id.js';
import { proofPage } from './proof-page.js';

/** The bytes of a record in base64; null where there are none. */
export interface StoredBytes {
  readonly key: string | null;
  readonly headers: string | null;
  readonly value: string | null;
}

/** What a browser checks a request by. */
export interface BrowserProof extends RequestProofDocument {
  /** The stored bytes by sequence number: for readers who may export, as releases hold credentials. */
  readonly bytes: Readonly<Record<string, StoredBytes>> | null;
}

const base64 = (bytes: Buffer | null): string | null => bytes?.toString('base64') ?? null;

/** The page on which a browser checks by itself that a request is on record unchanged. */
@ApiExcludeController()
@UseFilters(PageFaultFilter)
@Controller('requests/:id')
export class ExplorerProofController {
  constructor(
    private readonly door: ExplorerDoor,
    private readonly checkpoints: Checkpoints,
    private readonly verifier: LedgerVerifier,
    private readonly proveRequest: ProveRequest,
    private readonly findRequest: FindRequest,
    private readonly recorder: ReadRecorder,
  ) {}

  /** Holds no record, so that to look at it is not on record. */
  @Get('proof')
  async page(
    @Param('id') id: string,
    @Headers() headers: BrowserHeaders,
    @Req() asked: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reader = await this.door.enter(reply, headers, asked.url);
    if (reader === undefined) return;
    const requestId = requestIdOf(id);
    const checkpoint = await this.checkpoints.latest();
    await sendPage(
      reply,
      200,
      proofPage({ requestId, note: checkpoint?.note, vkey: this.verifier.key.vkey, reader }),
    );
  }

  @Get('proof.json')
  @Header('cache-control', 'no-store')
  async proof(
    @Param('id') id: string,
    @Headers() headers: BrowserHeaders,
    @Req() { url }: FastifyRequest,
  ): Promise<BrowserProof> {
    const reader = this.door.reader(headers);
    const requestId = requestIdOf(id);
    const proof = await this.proveRequest.prove(requestId);
    const rows = reader.scopes.has('ledger:export') ? await this.findRequest.find(requestId) : undefined;
    await this.recorder.record({ reader, query: `GET ${url}`, count: proof.records.length });
    const bytes =
      rows === undefined
        ? null
        : Object.fromEntries(
            rows
              .filter(
                ({ reading, value, bytes: length }) =>
                  reading !== 'withheld' && (value !== null || length === null),
              )
              .map(({ seq, key, headers: ofRecord, value }) => [
                seq,
                { key: base64(key), headers: base64(ofRecord), value: base64(value) },
              ]),
          );
    return { ...proof, bytes };
  }
}
