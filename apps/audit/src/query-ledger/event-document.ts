import { ApiProperty } from '@nestjs/swagger';
import { type JsonValue } from '@tollgate/contracts';
import { decodeHeaders } from '@tollgate/ledger';
import { type LedgerRow } from '../ledger-reader/ledger-row.js';
import { type Reading, READINGS } from '../record-records/understand-record.js';
import { withoutTokens } from './without-tokens.js';

/** Where a record lies in Kafka. */
export class PlaceDocument {
  @ApiProperty() topic!: string;
  @ApiProperty() partition!: number;
  @ApiProperty({ description: 'A 64-bit number, so text.' }) offset!: string;
}

const nullableText = { type: 'string', nullable: true } as const;

/** One record of the ledger, as a list shows it. */
export class EventDocument {
  @ApiProperty({ description: 'Position in the ledger: 0, 1, 2, … without a gap.' }) seq!: number;
  @ApiProperty() place!: PlaceDocument;
  @ApiProperty({
    ...nullableText,
    description: "The broker's time: when the record was written to its topic. UTC.",
  })
  time!: string | null;
  @ApiProperty({ description: 'When it was recorded here. UTC; never earlier than that of a lower seq.' })
  recordedAt!: string;
  @ApiProperty({ description: 'SHA-256, hex, of key, headers and value, each after its length.' })
  sha256!: string;
  @ApiProperty({
    enum: READINGS,
    description:
      'An event of its topic; a letter (dead letter or retry, somebody else’s record); withheld (from outside the door: position and hash only); or unreadable.',
  })
  reading!: Reading;
  @ApiProperty(nullableText) requestId!: string | null;
  @ApiProperty({ ...nullableText, description: 'The CloudEvents type.' }) type!: string | null;
  @ApiProperty(nullableText) action!: string | null;
  @ApiProperty(nullableText) environment!: string | null;
  @ApiProperty({
    ...nullableText,
    description: 'The effective risk once the request is routed, the claimed one before.',
  })
  riskLevel!: string | null;
  @ApiProperty(nullableText) requester!: string | null;
  @ApiProperty({
    ...nullableText,
    description: 'What this record itself settles: an outcome, or the verdict of a vote.',
  })
  outcome!: string | null;
  @ApiProperty({
    type: [String],
    description: 'Who comes in with this record: who asks, is asked, is excluded, votes.',
  })
  persons!: string[];
  @ApiProperty({ ...nullableText, description: "The record's key." }) key!: string | null;
  @ApiProperty({ description: "The record's headers, as text." }) headers!: Record<string, string>;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Length of the value; null where none is kept.',
  })
  bytes!: number | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'The value, without bearer tokens; null where it is no JSON, withheld, or longer than 64 KiB.',
  })
  event!: JsonValue;
}

/** The JSON that a value holds; null for anything else. */
export function jsonOf(value: Buffer | null): JsonValue {
  if (value === null) return null;
  try {
    return JSON.parse(value.toString('utf8')) as JsonValue;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const headerTexts = (encoded: Buffer | null): Record<string, string> =>
  Object.fromEntries(
    Object.entries(decodeHeaders(encoded)).map(([name, value]) => [name, value.toString('utf8')]),
  );

/** Where the record of a row lies. */
export const placeOfRow = ({ topic, partition, record_offset: offset }: LedgerRow): PlaceDocument => ({
  topic,
  partition,
  offset,
});

/** A row of the ledger for people and programs; without credentials. */
export const eventDocument = (row: LedgerRow): EventDocument => ({
  seq: Number(row.seq),
  place: placeOfRow(row),
  time: row.broker_time?.toISOString() ?? null,
  recordedAt: row.arrived_at.toISOString(),
  sha256: row.sha256,
  reading: row.reading,
  requestId: row.request_id,
  type: row.event_type,
  action: row.action,
  environment: row.environment,
  riskLevel: row.risk_level,
  requester: row.requester,
  outcome: row.outcome,
  persons: row.persons ?? [],
  key: row.key?.toString('utf8') ?? null,
  headers: headerTexts(row.headers),
  bytes: row.bytes,
  event: withoutTokens(jsonOf(row.value)),
});
