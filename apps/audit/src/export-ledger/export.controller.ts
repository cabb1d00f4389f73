import { Readable } from 'node:stream';
import { Controller, Get, Query, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBearerAuth,
  ApiForbiddenResponse,
  ApiGoneResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiQuery,
  ApiTags,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import { EXPORT_CONTENT_TYPE } from '@tollgate/ledger';
import { notFound } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Checkpoints } from '../checkpoints/checkpoints.js';
import { NeedsScope, ReaderGuard, readerOf } from '../ledger-reader/reader.guard.js';
import { apiFilters } from '../query-ledger/events.controller.js';
import { ReadRecorder } from '../record-read/read-recorder.js';
import { ExportLedger } from './export-ledger.js';
import { EXPORT_FILE_FORMATS, exportQuery } from './export-query.js';

const CONTENT_TYPES = {
  ndjson: EXPORT_CONTENT_TYPE,
  csv: 'text/csv; charset=utf-8',
  ocsf: 'application/x-ndjson; charset=utf-8',
} as const;
const EXTENSIONS = { ndjson: 'ndjson', csv: 'csv', ocsf: 'ocsf.ndjson' } as const;

/** `GET /v1/export`: whole periods of the ledger, or what a filter lets through, as a stream. */
@ApiTags('proofs')
@ApiBearerAuth()
@UseGuards(ReaderGuard)
@NeedsScope('ledger:export')
@Controller('v1/export')
export class ExportController {
  constructor(
    private readonly exports: ExportLedger,
    private readonly checkpoints: Checkpoints,
    private readonly recorder: ReadRecorder,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'The records of a period with their proofs, for `tollgate audit verify`; or as CSV, for people; or as OCSF, for tools that collect security events',
  })
  @apiFilters
  @ApiQuery({ name: 'format', required: false, enum: EXPORT_FILE_FORMATS })
  @ApiQuery({
    name: 'checkpoint',
    required: false,
    schema: { type: 'integer' },
    description: 'The size of the checkpoint to export under, to go on with an export that was cut off.',
  })
  @ApiQuery({
    name: 'after',
    required: false,
    schema: { type: 'integer' },
    description: 'Leaves out the records up to and with this seq.',
  })
  @ApiProduces(...Object.values(CONTENT_TYPES))
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiBadRequestResponse({ description: 'A problem document that names each parameter at fault.' })
  @ApiUnauthorizedResponse({ description: 'No key, or one that is not known.' })
  @ApiForbiddenResponse({ description: 'The key lacks the scope ledger:export.' })
  @ApiNotFoundResponse({ description: 'There is no such checkpoint, or none yet.' })
  @ApiGoneResponse({ description: 'Records of the period were moved out of the database.' })
  async export(
    @Query() parameters: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const query = exportQuery(parameters);
    const checkpoint =
      query.checkpoint === undefined
        ? await this.checkpoints.latest()
        : await this.checkpoints.ofSize(query.checkpoint);
    if (checkpoint === undefined) throw notFound('There is no such checkpoint, or none is signed yet.');
    const range = await this.exports.range(query.filter, checkpoint.size);
    // Recorded before the first line, as nobody knows how much of it will be taken.
    await this.recorder.record({ reader: readerOf(request), query: `GET ${request.url}` });
    const stream = Readable.from(this.exports.write(query, checkpoint, range), { highWaterMark: 2 });
    await reply
      .headers({
        'content-type': CONTENT_TYPES[query.format],
        'content-disposition': `attachment; filename="ledger-${range.from}-${range.to}.${EXTENSIONS[query.format]}"`,
        'cache-control': 'no-store',
        'tollgate-checkpoint': String(checkpoint.size),
      })
      .send(stream);
  }
}
