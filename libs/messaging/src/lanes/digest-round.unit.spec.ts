import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type IncomingRecord } from '../incoming-record.js';
import { type OutgoingRecord } from '../outgoing-record.js';
import { PermanentError } from '../permanent-error.js';
import { withdrawalEvent } from '../testing/test-road.js';
import { TransientError } from '../transient-error.js';
import { digestRound, type RoundExits, type RoundItem } from './digest-round.js';
import { HandlerTable, type LaneHandler, type NestHandler } from './lane-handler.js';

const handlerOf = (method: (input: never) => unknown, batch: boolean): LaneHandler => {
  const table = new HandlerTable();
  table.add('release.redeemed', (async (input: never) => method(input)) as NestHandler, { batch, raw: true });
  return table.all[0]!;
};

/** A way out that remembers, and that can be made to refuse. */
class Exits implements RoundExits {
  readonly sent: OutgoingRecord[] = [];
  refuse: (records: OutgoingRecord[]) => Error | undefined = () => undefined;

  async send(records: OutgoingRecord[]): Promise<void> {
    const refusal = this.refuse(records);
    if (refusal !== undefined) throw refusal;
    this.sent.push(...records);
  }
  deadLetter(record: IncomingRecord, reason: string): OutgoingRecord {
    return { topic: 'dead', key: String(record.value), value: reason };
  }
  of(topic: string): string[] {
    return this.sent.filter((record) => record.topic === topic).map(({ key }) => key);
  }
}

const item = (name: string, lane: object, offset: number): RoundItem => ({
  lane,
  settled: false,
  record: {
    topic: 'release.redeemed',
    partition: 0,
    offset: BigInt(offset),
    key: name,
    value: Buffer.from(name),
    headers: {},
    time: 0,
  },
});
const roundOf = (...lanes: string[][]): RoundItem[] =>
  lanes.flatMap((names) => {
    const lane = {};
    return names.map((name, offset) => item(name, lane, offset));
  });
const settled = (items: RoundItem[]): string[] =>
  items.filter((one) => one.settled).map(({ record }) => String(record.value));
const good = ({ value }: IncomingRecord): OutgoingRecord => ({
  topic: 'good',
  key: String(value),
  value: null,
});
const nameOf = ({ value }: IncomingRecord): string => String(value);

describe('a round of a batch handler', () => {
  it('sets aside exactly the records at fault, and takes the others in their order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), async (isBad) => {
        const names = isBad.map((bad, index) => `${bad ? 'bad' : 'good'}${index}`);
        const items = roundOf(names.slice(0, names.length >> 1), names.slice(names.length >> 1));
        const exits = new Exits();
        const handler = handlerOf((batch: IncomingRecord[]) => {
          if (batch.some((record) => nameOf(record).startsWith('bad'))) throw new PermanentError('at fault');
          return batch.map(good);
        }, true);
        expect(await digestRound(handler, items, exits)).toBeUndefined();
        expect(exits.of('good')).toEqual(names.filter((name) => name.startsWith('good')));
        expect(exits.of('dead')).toEqual(names.filter((name) => name.startsWith('bad')));
        expect(settled(items)).toEqual(names);
      }),
      { numRuns: 200 },
    );
  });

  it('calls the handler once where nothing is wrong', async () => {
    let calls = 0;
    const handler = handlerOf((batch: IncomingRecord[]) => ((calls += 1), batch.map(good)), true);
    await digestRound(handler, roundOf(['a', 'b'], ['c']), new Exits());
    expect(calls).toBe(1);
  });

  it('stops at a transient failure: what was done before it is sent and settled, the rest of the lanes waits', async () => {
    const exits = new Exits();
    const handler = handlerOf((batch: IncomingRecord[]) => {
      if (batch.some((record) => nameOf(record) === 'bad')) throw new PermanentError('at fault');
      if (batch.some((record) => nameOf(record) === 'away')) throw new TransientError('away');
      return batch.map(good);
    }, true);
    const items = roundOf(['a', 'bad'], ['away', 'b']);
    const failure = await digestRound(handler, items, exits);
    expect(failure).toMatchObject({ kind: 'transient' });
    expect(settled(items)).toEqual(['a', 'bad']);
    expect(exits.of('good')).toEqual(['a']);
    expect(exits.of('dead')).toEqual(['bad']);
  });

  it('settles nothing when what follows is not acknowledged', async () => {
    const exits = new Exits();
    exits.refuse = () => new TransientError('the broker is away');
    const items = roundOf(['a', 'b']);
    const handler = handlerOf((batch: IncomingRecord[]) => batch.map(good), true);
    expect(await digestRound(handler, items, exits)).toMatchObject({ kind: 'transient' });
    expect(settled(items)).toEqual([]);
  });

  it('finds the record from which something follows that no broker takes', async () => {
    const exits = new Exits();
    exits.refuse = (records) =>
      records.some(({ topic, key }) => topic === 'good' && key === 'huge')
        ? new PermanentError('too large')
        : undefined;
    const items = roundOf(['a', 'huge', 'b']);
    const handler = handlerOf((batch: IncomingRecord[]) => batch.map(good), true);
    expect(await digestRound(handler, items, exits)).toBeUndefined();
    expect(exits.of('good')).toEqual(['a', 'b']);
    expect(exits.of('dead')).toEqual(['huge']);
    expect(settled(items)).toEqual(['a', 'huge', 'b']);
  });

  it('takes an error that nobody foresaw for no fault of a record', async () => {
    const exits = new Exits();
    const handler = handlerOf(() => {
      throw new TypeError('a mistake in the program');
    }, true);
    const items = roundOf(['a']);
    expect(await digestRound(handler, items, exits)).toMatchObject({ kind: 'unknown' });
    expect(settled(items)).toEqual([]);
    expect(exits.sent).toEqual([]);
  });

  it('takes a handler that returns nonsense for a mistake in the program', async () => {
    const items = roundOf(['a']);
    const failure = await digestRound(
      handlerOf(() => [{ key: 'no topic' }], true),
      items,
      new Exits(),
    );
    expect(failure).toMatchObject({ kind: 'unknown' });
  });
});

describe('a round of a handler that takes one record at a time', () => {
  it('halts only the lane in which a failure passes', async () => {
    const exits = new Exits();
    const handler = handlerOf((record: IncomingRecord) => {
      if (nameOf(record) === 'away') throw new TransientError('away');
      if (nameOf(record) === 'bad') throw new PermanentError('at fault');
      return good(record);
    }, false);
    const items = roundOf(['a', 'away', 'b'], ['c', 'bad', 'd']);
    expect(await digestRound(handler, items, exits)).toMatchObject({ kind: 'transient' });
    expect(settled(items)).toEqual(['a', 'c', 'bad', 'd']);
    expect(exits.of('dead')).toEqual(['bad']);
  });
});

describe('a round of events', () => {
  const id = '5df1a1bb-a09b-5048-829b-59933f181f22';
  const record = (value: string | null): RoundItem => {
    const { record: base, ...rest } = item('x', round, 0);
    return {
      ...rest,
      record: {
        ...base,
        topic: 'request.withdrawn',
        key: id,
        value: value === null ? null : Buffer.from(value),
      },
    };
  };
  const round = {};

  it.each([true, false])(
    'hands over what is an event of the topic and sets aside what is not (batch: %s)',
    async (batch) => {
      const seen: unknown[] = [];
      const table = new HandlerTable();
      table.add('request.withdrawn', async (input) => void seen.push(...[input].flat()), { batch });
      const items = [
        record(JSON.stringify(withdrawalEvent(id))),
        record('{"specversion":"1.0"}'),
        record(null),
      ];
      const exits = new Exits();
      expect(await digestRound(table.all[0]!, items, exits)).toBeUndefined();
      expect(seen).toEqual([expect.objectContaining({ key: id, event: withdrawalEvent(id) })]);
      expect(exits.of('dead')).toHaveLength(2);
      expect(items.every((one) => one.settled)).toBe(true);
    },
  );
});
