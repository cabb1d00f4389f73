import { type IHeaders, type Message } from 'kafkajs';
import { type OutgoingRecord } from '../outgoing-record.js';
import { murmur2 } from './lane-of.js';

const RECORD_OVERHEAD_BYTES = 32;

/** A record on its way to the broker, as kafkajs takes it; it knows its lane as soon as the number of lanes is known. */
export class LaneMessage implements Message {
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  partition?: number;
  /** About what it takes on the wire, in bytes. */
  readonly bytes: number;
  readonly #hash: number;

  constructor(record: OutgoingRecord) {
    this.key = Buffer.from(record.key);
    this.value = typeof record.value === 'string' ? Buffer.from(record.value) : record.value;
    this.headers = { ...record.headers };
    if (record.partition !== undefined) this.partition = record.partition;
    this.#hash =
      murmur2(record.partitionKey === undefined ? this.key : Buffer.from(record.partitionKey)) & 0x7fffffff;
    let bytes = RECORD_OVERHEAD_BYTES + this.key.length + (this.value?.length ?? 0);
    for (const [name, value] of Object.entries(record.headers ?? {}))
      bytes += name.length + Buffer.byteLength(value) + 4;
    this.bytes = bytes;
  }

  /** The partition among as many as the topic has. */
  assign(partitions: number): number {
    this.partition ??= this.#hash % partitions;
    return this.partition;
  }
}
