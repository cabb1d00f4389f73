import { Controller, Get, Header, Query, Res, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiQuery,
  ApiServiceUnavailableResponse,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { type RuleName } from '@tollgate/invariants';
import { notFound } from '@tollgate/runtime';
import { type FastifyReply } from 'fastify';
import { CheckpointDocument } from '../checkpoints/checkpoints.controller.js';
import { Checkpoints } from '../checkpoints/checkpoints.js';
import { ExportLedger } from '../export-ledger/export-ledger.js';
import { ReaderGuard } from '../ledger-reader/reader.guard.js';
import { badParameters } from '../query-ledger/event-query.js';
import { LedgerState } from '../query-ledger/ledger-state.js';
import { periodQuery } from '../query-ledger/period-parameters.js';
import { RecordedRead } from '../record-read/recorded-read.interceptor.js';
import { CheckInvariants, RULES } from './check-invariants.js';

/** So many violations of each rule are told. */
const MOST_TOLD = 20;

/** Where a rule does not hold. */
export class ViolationDocument {
  @ApiProperty({ type: 'string', nullable: true }) requestId!: string | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the record that shows it.' })
  seq!: number | null;
  @ApiProperty({ description: 'For people.' }) detail!: string;
}

/** A rule that must always hold, and whether it does. */
export class InvariantDocument {
  @ApiProperty() rule!: string;
  @ApiProperty({ description: 'What it says.' }) says!: string;
  @ApiProperty() holds!: boolean;
  @ApiProperty({ description: 'How often it does not hold.' }) violations!: number;
  @ApiProperty({ type: [ViolationDocument], description: `The first ones, at most ${MOST_TOLD}.` })
  first!: ViolationDocument[];
}

/** Every rule, recomputed from a range of the ledger alone. */
export class InvariantsDocument {
  @ApiProperty({ description: 'True when every rule holds.' }) holds!: boolean;
  @ApiProperty({ description: 'The first record that was looked at, by its seq.' }) fromSeq!: number;
  @ApiProperty({ description: 'The first record after those that were looked at.' }) toSeq!: number;
  @ApiProperty({ description: 'How many records were looked at.' }) checked!: number;
  @ApiProperty({ description: 'How many requests they are about.' }) requests!: number;
  @ApiProperty({ description: 'Covers all of them.' }) checkpoint!: CheckpointDocument;
  @ApiProperty({ type: [InvariantDocument] }) rules!: InvariantDocument[];
}

/** `GET /v1/invariants`. */
@ApiTags('reports')
@ApiBearerAuth()
@UseGuards(ReaderGuard)
@UseInterceptors(RecordedRead)
@Controller('v1/invariants')
export class InvariantsController {
  constructor(
    private readonly invariants: CheckInvariants,
    private readonly checkpoints: Checkpoints,
    private readonly exports: ExportLedger,
    private readonly state: LedgerState,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Each rule that must always hold, recomputed from the ledger alone' })
  @ApiQuery({ name: 'from', required: false, type: 'string', description: 'Recorded then or later.' })
  @ApiQuery({ name: 'to', required: false, type: 'string', description: 'Recorded before then.' })
  @ApiOkResponse({ type: InvariantsDocument })
  @ApiBadRequestResponse({ description: 'A problem document that names each parameter at fault.' })
  @ApiUnauthorizedResponse({ description: 'No key, or one that is not known.' })
  @ApiNotFoundResponse({ description: 'No checkpoint is signed yet.' })
  @ApiServiceUnavailableResponse({ description: 'Another check is under way.' })
  async read(
    @Query() parameters: Record<string, unknown>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InvariantsDocument> {
    if ('format' in parameters) throw badParameters([{ pointer: '/format', detail: 'is not known here' }]);
    const { period } = periodQuery(parameters);
    const checkpoint = await this.checkpoints.latest();
    if (checkpoint === undefined) throw notFound('No checkpoint is signed yet.');
    const { size, root, at, note } = checkpoint;
    const range = await this.exports.range(period, size);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const found = await this.invariants.check(range, size, at.getTime(), gone.signal);
    const { suspects } = await this.state.read();
    const rules = (Object.keys(RULES) as RuleName[]).map((rule): InvariantDocument => {
      const first = found.violations.filter((violation) => violation.rule === rule).slice(0, MOST_TOLD);
      const violations = found.counts[rule] ?? 0;
      return {
        rule,
        says: RULES[rule],
        holds: violations === 0,
        violations,
        first: first.map(({ requestId = null, seq = null, detail }) => ({ requestId, seq, detail })),
      };
    });
    rules.push({
      rule: 'no-suspect',
      says: 'no other bytes ever came for a place that is on record',
      holds: suspects === 0,
      violations: suspects,
      first: [],
    });
    return {
      holds: rules.every(({ holds }) => holds),
      fromSeq: range.from,
      toSeq: range.to,
      checked: found.records,
      requests: found.requests,
      checkpoint: { size, root: root.toString('base64'), at: at.toISOString(), note },
      rules,
    };
  }
}
