import { type EachBatchPayload, type IHeaders, type KafkaMessage } from 'kafkajs';
import { type IncomingRecord } from '../incoming-record.js';

const NO_HEADERS: Readonly<Record<string, Buffer>> = Object.freeze({});

/** A header that is there more than once keeps its last value. */
const headersOf = (headers: IHeaders | undefined): Readonly<Record<string, Buffer>> => {
  if (headers === undefined) return NO_HEADERS;
  let named: Record<string, Buffer> | undefined;
  for (const [name, given] of Object.entries(headers)) {
    const value = Array.isArray(given) ? given.at(-1) : given;
    if (value === undefined || value === null) continue;
    named ??= {};
    named[name] = typeof value === 'string' ? Buffer.from(value) : value;
  }
  return named ?? NO_HEADERS;
};

/** A record as kafkajs has read it, as Tollgate reads it. */
export const incomingRecord = (topic: string, partition: number, message: KafkaMessage): IncomingRecord => ({
  topic,
  partition,
  offset: BigInt(message.offset),
  key: message.key === null ? null : message.key.toString('utf8'),
  value: message.value,
  headers: headersOf(message.headers),
  time: Number(message.timestamp),
});

/** The records of one lane of one fetch. */
export const incomingLane = (topic: string, { batch }: EachBatchPayload): IncomingRecord[] =>
  batch.messages.map((message) => incomingRecord(topic, batch.partition, message));
