import { type ExportHeader, type ExportRecord, type LeafRange, writeExport } from '@tollgate/ledger';
import { Problem } from '@tollgate/runtime';
import { type Pool } from 'pg';
import { type EventFilter } from '../query-ledger/event-query.js';
import { type CheckpointRow } from '../sign-checkpoints/checkpoint-row.js';
import { leafOfRow } from '../tree/leaf-row.js';
import { type TreeReaders } from '../tree/tree-readers.js';
import { csvRow } from './csv-cell.js';
import { type ExportQuery } from './export-query.js';
import { ocsfEvent } from './ocsf-event.js';
import { exportRows, type ExportRow, firstPresent, rangeOf } from './export-rows.js';

/** Lines are given out in pieces of about this many characters. */
const PIECE = 64 * 1024;

const COLUMNS = [
  'seq',
  'recordedAt',
  'time',
  'topic',
  'partition',
  'offset',
  'sha256',
  'reading',
  'requestId',
  'type',
  'action',
  'environment',
  'riskLevel',
  'requester',
  'outcome',
  'persons',
  'key',
  'bytes',
] as const;

/** A record as the export writes it. */
export const exportRecord = (row: ExportRow): ExportRecord => ({
  ...leafOfRow(row),
  seq: Number(row.seq),
  ...(row.withheld ? {} : { bytes: { key: row.key, headers: row.headers, value: row.value } }),
});

const timeText = (ms: string | null): string | null =>
  ms === null ? null : new Date(Number(ms)).toISOString();

const csvLine = (row: ExportRow): string =>
  csvRow([
    Number(row.seq),
    timeText(row.arrived_ms),
    timeText(row.broker_ms),
    row.topic,
    row.partition,
    row.record_offset,
    row.sha256.toString('hex'),
    row.reading,
    row.request_id,
    row.event_type,
    row.action,
    row.environment,
    row.risk_level,
    row.requester,
    row.outcome,
    row.persons?.join(' ') ?? null,
    row.key?.toString('utf8') ?? null,
    row.value?.length ?? null,
  ]);

async function* csv(rows: AsyncIterable<ExportRow>): AsyncGenerator<string> {
  yield csvRow(COLUMNS);
  for await (const row of rows) yield csvLine(row);
}

async function* ocsf(rows: AsyncIterable<ExportRow>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(ocsfEvent(row))}\n`;
}

async function* records(rows: AsyncIterable<ExportRow>): AsyncGenerator<ExportRecord> {
  for await (const row of rows) yield exportRecord(row);
}

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** Writes the ledger out as a stream: no more than a few megabytes of it are in memory at a time. */
export class ExportLedger {
  /** @param pool connects as `audit_reader` */
  constructor(
    private readonly pool: Pool,
    private readonly trees: TreeReaders,
  ) {}

  /**
   * The sequence numbers of the period that is asked for, of the records that a checkpoint covers.
   * @throws Problem 410 where its first records are not in the database any more
   */
  async range(filter: EventFilter, size: number): Promise<LeafRange> {
    const range = await rangeOf(this.pool, filter, size);
    const first = await firstPresent(this.pool, range);
    if (first === range.from) return range;
    throw new Problem(410, 'moved-out', 'Records of the period were moved out', {
      detail: `From record ${range.from} on records were moved out of the database, with their months. What is left begins from ${first} on: ask for a later period by from, or bring the months back.`,
    });
  }

  /**
   * The pieces of an export. Nothing is read before the first is taken.
   * @throws while it is read: the database's error, or ExportSourceError where the ledger lacks a record
   */
  write(query: ExportQuery, checkpoint: CheckpointRow, range: LeafRange): AsyncGenerator<string> {
    const { filter, narrowedBy, after, format } = query;
    const rows = exportRows(this.pool, filter, {
      from: after === undefined ? range.from : Math.max(range.from, after + 1),
      to: range.to,
    });
    if (format === 'csv') return inPieces(csv(rows));
    if (format === 'ocsf') return inPieces(ocsf(rows));
    const header: ExportHeader = {
      kind: narrowedBy === undefined ? 'contiguous' : 'filtered',
      range,
      ...(narrowedBy && { filter: narrowedBy }),
      checkpoint: checkpoint.note,
    };
    return inPieces(
      writeExport({
        header,
        size: checkpoint.size,
        nodes: this.trees.open().read,
        records: records(rows),
        after,
      }),
    );
  }
}
