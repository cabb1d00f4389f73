import { Controller, Get, Header, Query, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiProperty,
  ApiQuery,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { type NoteVerifierKey, proveConsistency } from '@tollgate/ledger';
import { notFound } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ReaderGuard } from '../ledger-reader/reader.guard.js';
import { badParameters } from '../query-ledger/event-query.js';
import { TreeReaders } from '../tree/tree-readers.js';
import { Checkpoints } from './checkpoints.js';
import { sizeParameters } from './size-parameters.js';

/** The key by which checkpoints are verified. */
export class LedgerVerifier {
  constructor(readonly key: NoteVerifierKey) {}
}

/** A signed checkpoint. */
export class CheckpointDocument {
  @ApiProperty({ description: 'How many records it covers.' }) size!: number;
  @ApiProperty({ description: 'The root of the tree (RFC 9162), base64.' }) root!: string;
  @ApiProperty({ description: 'When it was signed. UTC.' }) at!: string;
  @ApiProperty({ description: 'The signed note (C2SP tlog-checkpoint), which says all of it.' })
  note!: string;
}

/** That a tree holds an earlier one unchanged. */
export class ConsistencyDocument {
  @ApiProperty() from!: number;
  @ApiProperty() to!: number;
  @ApiProperty({ type: [String], description: 'Hashes in base64, in the order of RFC 9162, 2.1.4.1.' })
  proof!: string[];
}

const TEXT = 'text/plain; charset=utf-8';

/** `GET /v1/checkpoints/…`: what the ledger has signed. They hold no record, so reading them is not on record. */
@ApiTags('proofs')
@ApiBearerAuth()
@ApiUnauthorizedResponse({ description: 'No key, or one that is not known.' })
@UseGuards(ReaderGuard)
@Controller('v1/checkpoints')
export class CheckpointsController {
  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly trees: TreeReaders,
    private readonly verifier: LedgerVerifier,
  ) {}

  @Get('latest')
  @ApiOperation({ summary: 'The newest signed checkpoint, as a note or as JSON' })
  @ApiProduces('text/plain', 'application/json')
  @ApiOkResponse({ type: CheckpointDocument })
  @ApiNotFoundResponse({ description: 'No checkpoint is signed yet.' })
  async latest(
    @Req() { headers }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CheckpointDocument | string> {
    const checkpoint = await this.checkpoints.latest();
    if (checkpoint === undefined) throw notFound('No checkpoint is signed yet.');
    const { size, root, at, note } = checkpoint;
    void reply.headers({ 'cache-control': 'no-store', vary: 'accept' });
    if (headers.accept?.includes('application/json') === true)
      return { size, root: root.toString('base64'), at: at.toISOString(), note };
    void reply.type(TEXT);
    return note;
  }

  @Get('consistency')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'The proof that the ledger at one size holds the ledger at an earlier size unchanged',
  })
  @ApiQuery({ name: 'from', schema: { type: 'integer', minimum: 0 } })
  @ApiQuery({ name: 'to', schema: { type: 'integer', minimum: 0 } })
  @ApiOkResponse({ type: ConsistencyDocument })
  @ApiBadRequestResponse({ description: 'A problem document that names each parameter at fault.' })
  async consistency(@Query() parameters: Record<string, unknown>): Promise<ConsistencyDocument> {
    const { from, to } = sizeParameters(parameters);
    const latest = await this.checkpoints.latest();
    if (to > (latest?.size ?? 0))
      throw badParameters([
        { pointer: '/to', detail: `is more than the ${latest?.size ?? 0} records of the newest checkpoint` },
      ]);
    const proof = await proveConsistency(from, to, this.trees.open().read);
    return { from, to, proof: proof.map((hash) => hash.toString('base64')) };
  }

  @Get('key')
  @Header('content-type', TEXT)
  @ApiOperation({ summary: 'The key by which checkpoints are verified (C2SP signed-note)' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  key(): string {
    return `${this.verifier.key.vkey}\n`;
  }
}
