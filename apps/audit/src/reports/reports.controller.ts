import { Controller, Get, Param, Query, Res, UseGuards, UseInterceptors } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBearerAuth,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiProperty,
  ApiQuery,
  ApiTags,
  ApiUnauthorizedResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { notFound } from '@tollgate/runtime';
import { type FastifyReply } from 'fastify';
import { CheckpointDocument } from '../checkpoints/checkpoints.controller.js';
import { Checkpoints } from '../checkpoints/checkpoints.js';
import { csvRow } from '../export-ledger/csv-cell.js';
import { ExportLedger } from '../export-ledger/export-ledger.js';
import { ReaderGuard } from '../ledger-reader/reader.guard.js';
import { ANSWER_FORMATS, periodQuery } from '../query-ledger/period-parameters.js';
import { RecordedRead } from '../record-read/recorded-read.interceptor.js';
import { MakeReport } from './make-report.js';
import { REPORT_NAMES, type ReportName, type ReportRow, type ReportValue } from './report.js';
import { REPORTS } from './reports.js';

/** What an answer is computed from, so that an auditor can repeat it. */
export class PopulationDocument {
  @ApiProperty({ description: 'The first record that was looked at, by its seq.' }) fromSeq!: number;
  @ApiProperty({ description: 'The first record after those that were looked at.' }) toSeq!: number;
  @ApiProperty({ type: [String], description: 'The topics whose records count.' }) topics!: readonly string[];
  @ApiProperty({ description: 'How many records of these topics there are.' }) records!: number;
  @ApiProperty({ description: 'Of them, those that no event could be read from.' }) unreadable!: number;
}

/** A report, with its population and its checkpoint. */
export class ReportDocument {
  @ApiProperty({ enum: REPORT_NAMES }) report!: ReportName;
  @ApiProperty({ description: 'What it says, for people.' }) says!: string;
  @ApiProperty() population!: PopulationDocument;
  @ApiProperty({ description: 'Covers the whole population.' }) checkpoint!: CheckpointDocument;
  @ApiProperty({ type: [String] }) columns!: readonly string[];
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  rows!: readonly ReportRow[];
}

const isReport = (name: string): name is ReportName => REPORT_NAMES.some((known) => known === name);

const csvValue = (value: ReportValue | undefined): string | number | null =>
  typeof value === 'boolean' ? String(value) : (value ?? null);

/** `GET /v1/reports/{name}`. */
@ApiTags('reports')
@ApiBearerAuth()
@UseGuards(ReaderGuard)
@UseInterceptors(RecordedRead)
@Controller('v1/reports')
export class ReportsController {
  constructor(
    private readonly reports: MakeReport,
    private readonly checkpoints: Checkpoints,
    private readonly exports: ExportLedger,
  ) {}

  @Get(':name')
  @ApiOperation({ summary: 'A report on a period, computed from the ledger alone' })
  @ApiParam({ name: 'name', enum: REPORT_NAMES })
  @ApiQuery({ name: 'from', required: false, type: 'string', description: 'Recorded then or later.' })
  @ApiQuery({ name: 'to', required: false, type: 'string', description: 'Recorded before then.' })
  @ApiQuery({ name: 'format', required: false, enum: ANSWER_FORMATS })
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: ReportDocument })
  @ApiBadRequestResponse({ description: 'A problem document that names each parameter at fault.' })
  @ApiUnauthorizedResponse({ description: 'No key, or one that is not known.' })
  @ApiNotFoundResponse({ description: 'There is no such report, or no checkpoint yet.' })
  @ApiUnprocessableEntityResponse({ description: 'The period holds too much for one answer.' })
  async read(
    @Param('name') name: string,
    @Query() parameters: Record<string, unknown>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReportDocument | string> {
    const { period, format } = periodQuery(parameters);
    if (!isReport(name)) throw notFound(`There is no such report; there are: ${REPORT_NAMES.join(', ')}.`);
    const checkpoint = await this.checkpoints.latest();
    if (checkpoint === undefined) throw notFound('No checkpoint is signed yet.');
    const range = await this.exports.range(period, checkpoint.size);
    const report = REPORTS[name];
    const { rows, population } = await this.reports.make(report, range);
    const { size, root, at, note } = checkpoint;
    void reply.header('cache-control', 'no-store').header('tollgate-checkpoint', String(size));
    if (format === 'csv') {
      const file = `${name}-records-${range.from}-to-${range.to}-of-${population.records}-checkpoint-${size}.csv`;
      void reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${file}"`);
      return [
        csvRow(report.columns),
        ...rows.map((row) => csvRow(report.columns.map((column) => csvValue(row[column])))),
      ].join('');
    }
    return {
      report: name,
      says: report.says,
      population: { fromSeq: range.from, toSeq: range.to, topics: report.topics, ...population },
      checkpoint: { size, root: root.toString('base64'), at: at.toISOString(), note },
      columns: report.columns,
      rows: rows.map((row) => (row['seq'] === undefined ? row : { ...row, seq: Number(row['seq']) })),
    };
  }
}
