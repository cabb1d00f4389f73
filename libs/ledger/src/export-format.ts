import { type LeafForm, LEAF_FORMS, type LedgerLeaf } from './leaf.js';
import { type RangeEdge } from './proofs.js';
import { type RecordBytes } from './record-bytes.js';
import { HASH_BYTES } from './tree-hash.js';
import { type LeafRange } from './tree-nodes.js';

export const EXPORT_FORMAT = 'tollgate-ledger-export';
export const EXPORT_VERSION = 1;
/** The media type of an export. */
export const EXPORT_CONTENT_TYPE = 'application/x-ndjson';

/**
 * `contiguous`: every record of the range, in order, so that completeness can be verified; `filtered`: some of them, each
 * with a proof that it is in the tree, which says nothing of what was left out.
 */
export const EXPORT_KINDS = ['contiguous', 'filtered'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

/** The first line of an export. The same range under the same checkpoint always has the same header. */
export interface ExportHeader {
  readonly kind: ExportKind;
  /** Of sequence numbers: all of them, or where was searched. */
  readonly range: LeafRange;
  /** What was asked for; told, not proven. */
  readonly filter?: Readonly<Record<string, string>>;
  /** The signed note under which everything in the file stands. Its size is at least the end of the range. */
  readonly checkpoint: string;
}

/**
 * A line of a contiguous export, before the records that it is about: the hashes of their leaves, and how these are
 * connected with the root. So each of the records that follow is judged by itself, and one that is wrong is named.
 * A block ends where a tile of the tree ends, at the latest: at a `seq` that is a multiple of 256.
 */
export interface ExportBlock {
  readonly range: LeafRange;
  /** As many as the range has leaves. */
  readonly hashes: readonly Buffer[];
  readonly edge: RangeEdge;
}

/** A line of an export: a record at its place in the tree. */
export interface ExportRecord extends LedgerLeaf {
  readonly seq: number;
  /** What is stored; undefined for a record that is withheld. */
  readonly bytes?: RecordBytes;
  /** That it is in the tree of the checkpoint; in a filtered export. */
  readonly proof?: readonly Buffer[];
}

/** The last line of an export. */
export interface ExportFooter {
  /** How many records the file holds. */
  readonly count: number;
  /** SHA-256 (hex) of every byte of the file before this line. */
  readonly sha256: string;
}

/** Thrown for a line that is not as an export spells it. */
export class ExportFormatError extends Error {
  override readonly name = 'ExportFormatError';
}

const base64s = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('base64'));

/** The first line, without its newline. */
export function encodeExportHeader({ kind, range, filter, checkpoint }: ExportHeader): string {
  return JSON.stringify({
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    kind,
    range: { from: range.from, to: range.to },
    ...(filter && { filter }),
    checkpoint,
  });
}

/** The line of a block, without its newline. */
export function encodeExportBlock({ range, hashes, edge }: ExportBlock): string {
  return JSON.stringify({
    from: range.from,
    to: range.to,
    hashes: Buffer.concat(hashes).toString('base64'),
    before: base64s(edge.before),
    after: base64s(edge.after),
  });
}

const quoted = (bytes: Buffer | null): string => (bytes === null ? 'null' : `"${bytes.toString('base64')}"`);
const quotedTime = (ms: number): string => `"${new Date(ms).toISOString()}"`;
const hexOf = (hash: Uint8Array): string =>
  Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('hex');

/** The line of a record, without its newline. There is one spelling for each record. */
export function encodeExportRecord(record: ExportRecord): string {
  const { seq, form, arrivedAt, brokerTime, topic, partition, offset, sha256, bytes, proof } = record;
  const head = `{"seq":${seq},"form":"${form}","arrivedAt":${quotedTime(arrivedAt)},"brokerTime":${
    brokerTime === null ? 'null' : quotedTime(brokerTime)
  },"topic":${JSON.stringify(topic)},"partition":${partition},"offset":"${offset}","sha256":"${hexOf(sha256)}"`;
  const stored =
    bytes === undefined
      ? ''
      : `,"key":${quoted(bytes.key)},"headers":${quoted(bytes.headers)},"value":${quoted(bytes.value)}`;
  return `${head}${stored}${proof === undefined ? '' : `,"proof":${JSON.stringify(base64s(proof))}`}}`;
}

/** The last line, without its newline. */
export const encodeExportFooter = ({ count, sha256 }: ExportFooter): string =>
  JSON.stringify({ count, sha256 });

type Fields = Readonly<Record<string, unknown>>;

const fault = (what: string): never => {
  throw new ExportFormatError(what);
};

function fieldsOf(line: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return fault('the line is no JSON');
  }
  return isFields(value) ? value : fault('the line is no JSON object');
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function count(value: unknown, what: string): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : fault(`${what} is no whole number from 0 on`);
}

function text(value: unknown, what: string): string {
  return typeof value === 'string' ? value : fault(`${what} is no text`);
}

function base64(value: unknown, what: string): Buffer {
  return Buffer.from(text(value, what), 'base64');
}

function hashes(value: unknown, what: string): Buffer[] {
  if (!Array.isArray(value)) return fault(`${what} is no list`);
  return value.map((item: unknown) => {
    const hash = base64(item, what);
    return hash.length === HASH_BYTES ? hash : fault(`${what} holds something that is no SHA-256`);
  });
}

function time(value: unknown, what: string): number {
  const ms = Date.parse(text(value, what));
  return Number.isNaN(ms) || ms < 0 ? fault(`${what} is no time since 1970`) : ms;
}

const sameSpelling = (encoded: string, line: string): void => {
  if (encoded !== line) fault('the line is not spelled as an export spells it');
};

/**
 * Reads the first line.
 * @throws ExportFormatError for what is no header, or spelled in another way
 */
export function parseExportHeader(line: string): ExportHeader {
  const fields = fieldsOf(line);
  if (fields['format'] !== EXPORT_FORMAT) fault('the file is no export of a Tollgate ledger');
  if (fields['version'] !== EXPORT_VERSION) fault('the file is an export of another version');
  const kind =
    EXPORT_KINDS.find((known) => known === fields['kind']) ?? fault('the kind of the export is unknown');
  const range = isFields(fields['range']) ? fields['range'] : fault('the header has no range');
  const filter = fields['filter'];
  const header: ExportHeader = {
    kind,
    range: { from: count(range['from'], 'range.from'), to: count(range['to'], 'range.to') },
    ...(filter !== undefined && { filter: filterOf(filter) }),
    checkpoint: text(fields['checkpoint'], 'the checkpoint'),
  };
  if (header.range.from > header.range.to) fault('the range ends before it begins');
  sameSpelling(encodeExportHeader(header), line);
  return header;
}

function filterOf(value: unknown): Record<string, string> {
  if (!isFields(value)) return fault('the filter is no object');
  return Object.fromEntries(
    Object.entries(value).map(([name, wanted]) => [name, text(wanted, 'the filter')]),
  );
}

/** True for the line of a block. */
export const isExportBlock = (line: string): boolean => line.startsWith('{"from":');

/**
 * Reads the line of a block.
 * @throws ExportFormatError for what is no block, or spelled in another way
 */
export function parseExportBlock(line: string): ExportBlock {
  const fields = fieldsOf(line);
  const range = { from: count(fields['from'], 'from'), to: count(fields['to'], 'to') };
  const all = base64(fields['hashes'], 'the hashes');
  if (range.to <= range.from || all.length !== (range.to - range.from) * HASH_BYTES) {
    fault('the block does not hold a hash for each of its records');
  }
  const block: ExportBlock = {
    range,
    hashes: Array.from({ length: range.to - range.from }, (_, nth) =>
      all.subarray(nth * HASH_BYTES, (nth + 1) * HASH_BYTES),
    ),
    edge: { before: hashes(fields['before'], 'before'), after: hashes(fields['after'], 'after') },
  };
  sameSpelling(encodeExportBlock(block), line);
  return block;
}

const SHA256_HEX = /^[0-9a-f]{64}$/;
const OFFSET = /^(?:0|[1-9][0-9]{0,18})$/;
const MAX_PARTITION = 0x7fff_ffff;

function stored(fields: Fields, form: LeafForm): RecordBytes | undefined {
  if (form === 'withheld') return undefined;
  const piece = (name: string): Buffer | null => (fields[name] === null ? null : base64(fields[name], name));
  return { key: piece('key'), headers: piece('headers'), value: piece('value') };
}

/**
 * Reads the line of a record. What it says of itself is not checked against its bytes.
 * @throws ExportFormatError for what is no such line, or spelled in another way
 */
export function parseExportRecord(line: string): ExportRecord {
  const fields = fieldsOf(line);
  const form =
    LEAF_FORMS.find((known) => known === fields['form']) ?? fault('the form of the record is unknown');
  const offset = text(fields['offset'], 'the offset');
  const sha256 = text(fields['sha256'], 'sha256');
  const partition = count(fields['partition'], 'the partition');
  if (!OFFSET.test(offset)) fault('the offset is no whole number from 0 on');
  if (!SHA256_HEX.test(sha256)) fault('sha256 is no SHA-256 in hex');
  if (partition > MAX_PARTITION) fault('the partition is too large');
  const bytes = stored(fields, form);
  const record: ExportRecord = {
    seq: count(fields['seq'], 'seq'),
    form,
    arrivedAt: time(fields['arrivedAt'], 'arrivedAt'),
    brokerTime: fields['brokerTime'] === null ? null : time(fields['brokerTime'], 'brokerTime'),
    topic: text(fields['topic'], 'the topic'),
    partition,
    offset: BigInt(offset),
    sha256: Buffer.from(sha256, 'hex'),
    ...(bytes && { bytes }),
    ...(fields['proof'] !== undefined && { proof: hashes(fields['proof'], 'the proof') }),
  };
  sameSpelling(encodeExportRecord(record), line);
  return record;
}

/** True for the line of a footer, which is the last one of a file. */
export const isExportFooter = (line: string): boolean => line.startsWith('{"count":');

/**
 * Reads the last line.
 * @throws ExportFormatError for what is no footer, or spelled in another way
 */
export function parseExportFooter(line: string): ExportFooter {
  const fields = fieldsOf(line);
  const footer = { count: count(fields['count'], 'count'), sha256: text(fields['sha256'], 'sha256') };
  sameSpelling(encodeExportFooter(footer), line);
  return footer;
}
