import { decodeEvent, InvalidEventError } from '@tollgate/contracts';
import { type IncomingRecord } from '../incoming-record.js';
import { type OutgoingRecord } from '../outgoing-record.js';
import { failureOf, recordReasonOf } from './failure-of.js';
import { eventTopicOf, type LaneHandler } from './lane-handler.js';

/** A record on its way through a handler. */
export interface RoundItem {
  readonly record: IncomingRecord;
  /** Which lane it was fetched from: items of one lane are in order, and settled in order. */
  readonly lane: object;
  /** True once it was handled, or set aside, and all that follows from it was acknowledged. */
  settled: boolean;
}

/** Where what follows from a round goes. */
export interface RoundExits {
  send(records: OutgoingRecord[]): Promise<void>;
  deadLetter(record: IncomingRecord, reason: string): OutgoingRecord;
}

/** A round that could not be finished. What was done before is settled. */
export interface RoundFailure {
  readonly kind: 'transient' | 'unknown';
  readonly error: unknown;
}

interface Digested {
  readonly items: RoundItem[];
  readonly records: OutgoingRecord[];
  failure?: RoundFailure;
}

const stopsAt = (error: unknown): RoundFailure => ({
  kind: failureOf(error) === 'transient' ? 'transient' : 'unknown',
  error,
});

/** What the handler is to get for a record. @throws InvalidEventError */
const inputOf = (handler: LaneHandler, record: IncomingRecord): IncomingRecord =>
  handler.raw
    ? record
    : Object.assign({ event: decodeEvent(eventTopicOf(record.topic), record.value, record.key) }, record);

/**
 * Takes the records of a round through their handler and sends what follows. A record at fault becomes a dead letter
 * and the others go on; the order within a lane is kept. Marks what is settled.
 * @param items of one or more lanes, lane after lane, each in its order
 * @returns why it stopped early; undefined when every item is settled
 */
export async function digestRound(
  handler: LaneHandler,
  items: readonly RoundItem[],
  exits: RoundExits,
): Promise<RoundFailure | undefined> {
  const digested = handler.batch
    ? await digestBatch(handler, items, exits)
    : await digestSingles(handler, items, exits);
  try {
    await exits.send(digested.records);
  } catch (error) {
    if (failureOf(error) === 'permanent') return digestOneByOne(handler, items, exits);
    return stopsAt(error);
  }
  for (const item of digested.items) item.settled = true;
  return digested.failure;
}

/** One call for all; where that is refused for good, halves of it, down to the record at fault. */
async function digestBatch(
  handler: LaneHandler,
  items: readonly RoundItem[],
  exits: RoundExits,
): Promise<Digested> {
  const digested: Digested = { items: [], records: [] };
  const inputs = new Map<RoundItem, IncomingRecord>();
  const unreadable = new Map<RoundItem, OutgoingRecord>();
  for (const item of items) {
    try {
      inputs.set(item, inputOf(handler, item.record));
    } catch (error) {
      if (!(error instanceof InvalidEventError)) throw error;
      unreadable.set(item, exits.deadLetter(item.record, error.message));
    }
  }
  const done = new Set<RoundItem>();
  const digest = async (part: readonly RoundItem[]): Promise<boolean> => {
    if (part.length === 0) return true;
    try {
      digested.records.push(...(await handler.call(part.map((item) => inputs.get(item) ?? item.record))));
    } catch (error) {
      if (failureOf(error) !== 'permanent') {
        digested.failure = stopsAt(error);
        return false;
      }
      const [only] = part;
      if (part.length > 1 || only === undefined) {
        const middle = part.length >> 1;
        return (await digest(part.slice(0, middle))) && (await digest(part.slice(middle)));
      }
      digested.records.push(exits.deadLetter(only.record, recordReasonOf(error)));
    }
    for (const item of part) done.add(item);
    return true;
  };
  await digest(items.filter((item) => inputs.has(item)));
  // A lane settles in order: one that could not be read waits for those before it.
  const halted = new Set<object>();
  for (const item of items) {
    const deadLetter = unreadable.get(item);
    if (deadLetter === undefined && !done.has(item)) halted.add(item.lane);
    if (halted.has(item.lane)) continue;
    if (deadLetter !== undefined) digested.records.push(deadLetter);
    digested.items.push(item);
  }
  return digested;
}

/** A call per record; lanes side by side. */
async function digestSingles(
  handler: LaneHandler,
  items: readonly RoundItem[],
  exits: RoundExits,
): Promise<Digested> {
  const digested: Digested = { items: [], records: [] };
  const digestLane = async (lane: readonly RoundItem[]): Promise<void> => {
    for (const item of lane) {
      try {
        digested.records.push(...(await handler.call(inputOf(handler, item.record))));
      } catch (error) {
        const isBad = error instanceof InvalidEventError || failureOf(error) === 'permanent';
        if (!isBad) {
          if (digested.failure?.kind !== 'unknown') digested.failure = stopsAt(error);
          return;
        }
        digested.records.push(exits.deadLetter(item.record, recordReasonOf(error)));
      }
      digested.items.push(item);
    }
  };
  await Promise.all([...Map.groupBy(items, ({ lane }) => lane).values()].map(digestLane));
  return digested;
}

/** The slow way, for a round with an outgoing record that the broker will not take: finds the record it follows from. */
async function digestOneByOne(
  handler: LaneHandler,
  items: readonly RoundItem[],
  exits: RoundExits,
): Promise<RoundFailure | undefined> {
  for (const item of items) {
    const digested = handler.batch
      ? await digestBatch(handler, [item], exits)
      : await digestSingles(handler, [item], exits);
    if (digested.failure !== undefined) return digested.failure;
    try {
      await exits.send(digested.records);
    } catch (error) {
      if (failureOf(error) !== 'permanent') return stopsAt(error);
      try {
        await exits.send([exits.deadLetter(item.record, recordReasonOf(error))]);
      } catch (refused) {
        return stopsAt(refused);
      }
    }
    item.settled = true;
  }
  return undefined;
}
