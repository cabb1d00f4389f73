import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { listDeadLetters } from '../dead-letter/list-dead-letters.js';
import { retryDeadLetter } from '../dead-letter/retry-dead-letter.js';
import { type IncomingEvent, type IncomingRecord } from '../incoming-record.js';
import { PermanentError } from '../permanent-error.js';
import { TestRoad, type TestService, withdrawal } from '../testing/test-road.js';

const followsFrom = (id: string) => ({ topic: 'request.failed', key: id, value: `of ${id}` });
type Withdrawn = IncomingEvent<'request.withdrawn'>;

jest.setTimeout(60_000);

describe('a record that cannot be digested', () => {
  let road: TestRoad;
  let service: TestService;
  const handled: string[] = [];
  const batches: string[][] = [];
  const handedBack: IncomingRecord[] = [];
  /** Request ids that the batch handler refuses, until it is mended. */
  const refused = new Set<string>();

  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build();
    service = await road.start('router', [
      {
        pattern: 'request.withdrawn',
        extras: { batch: true },
        handle: (batch: Withdrawn[]) => {
          const ids = batch.map(({ event }) => event.data.requestId);
          batches.push(ids);
          for (const event of batch)
            if (refused.has(event.event.data.requestId)) throw new PermanentError('not this one');
          handled.push(...ids);
          return ids.map(followsFrom);
        },
      },
      {
        pattern: 'release.redeemed',
        extras: { raw: true },
        handle: (record: IncomingRecord) => {
          if (record.value === null) throw new PermanentError('a null value is poison here');
          if (String(record.value) === 'too large')
            return { ...followsFrom('x'), value: 'x'.repeat(9 * 1024 * 1024) };
          handedBack.push(record);
          return followsFrom(String(record.value));
        },
      },
    ]);
  });
  afterAll(() => road.close());

  const deadLettersOf = async (topic: string) =>
    (await listDeadLetters({ connection: road.connection, service: 'router' })).filter(
      ({ origin }) => origin.topic === topic,
    );

  const deadOf = async (...ids: string[]) =>
    (await deadLettersOf('request.withdrawn')).filter(({ requestId }) => ids.includes(requestId ?? ''));

  it('is found by halving the batch, and the others of the round go on in order', async () => {
    const ids = Array.from({ length: 40 }, () => newRequestId());
    const [bad, worse] = [ids[7]!, ids[31]!];
    refused.add(bad).add(worse);
    await road.send(...ids.map((id) => withdrawal(id)));
    const good = ids.filter((id) => !refused.has(id));
    await waitUntil('the good ones are handled', () => good.every((id) => handled.includes(id)), 15_000);
    await waitUntil(
      'the bad ones are dead letters',
      async () => (await deadOf(bad, worse)).length === 2,
      10_000,
    );
    const dead = await deadOf(bad, worse);
    expect(dead.map(({ requestId }) => requestId).toSorted()).toEqual([bad, worse].toSorted());
    expect(dead[0]).toMatchObject({ service: 'router', reason: 'not this one', state: 'open' });
    const sent = (await road.read('request.withdrawn')).find(({ key }) => key === bad);
    const letter = dead.find(({ requestId }) => requestId === bad);
    expect(letter?.origin).toEqual(sent);
    expect(letter?.place).toBe(`request.withdrawn-${sent?.partition}-${sent?.offset}`);
    expect(handled).not.toContain(bad);
  });

  /** Makes a dead letter, and says which. */
  const fail = async () => {
    const id = newRequestId();
    refused.add(id);
    await road.send(withdrawal(id));
    const find = async () =>
      (await deadLettersOf('request.withdrawn')).find(({ requestId }) => requestId === id);
    await waitUntil('it is a dead letter', async () => (await find()) !== undefined, 10_000);
    return { id, find, letter: (await find())! };
  };

  it('comes back as it was when an operator retries it, and is handled once it can be', async () => {
    const { id, find, letter } = await fail();
    refused.delete(id);
    await retryDeadLetter({ connection: road.connection, service: 'router', place: letter.place });
    await waitUntil('it is handled', () => handled.includes(id), 10_000);
    expect((await find())?.state).toBe('retried');
  });

  it('is open again when the retry fails too', async () => {
    const { find, letter } = await fail();
    await retryDeadLetter({ connection: road.connection, service: 'router', place: letter.place });
    await waitUntil(
      'it failed once more',
      async () => {
        const again = await find();
        return again?.state === 'open' && again.failedAt > letter.failedAt;
      },
      10_000,
    );
  });

  it('keeps its bytes, also where they are no JSON, no event, or nothing at all', async () => {
    const poison = ['not json', '{"specversion":"1.0"}', Buffer.from([0xff, 0x00, 0xfe])];
    for (const value of poison)
      await road.send({ topic: 'request.withdrawn', key: 'poison', value, headers: { odd: 'é' } });
    await road.send({ topic: 'request.withdrawn', key: 'poison', value: null });
    const good = newRequestId();
    await road.send(withdrawal(good));
    await waitUntil('the road goes on', () => handled.includes(good), 10_000);
    const dead = async () =>
      (await deadLettersOf('request.withdrawn')).filter(({ origin }) => origin.key === 'poison');
    await waitUntil('all four are dead letters', async () => (await dead()).length === 4, 10_000);
    const values = (await dead())
      .toSorted((one, other) => Number(one.origin.offset - other.origin.offset))
      .map(({ origin }) => origin.value);
    expect(values).toEqual([...poison.map((value) => Buffer.from(value)), null]);
    const [first] = await dead();
    expect(first?.reason).toMatch(/JSON|required|value/);
    expect(first?.requestId).toBeUndefined();
    expect((await dead()).filter(({ origin }) => String(origin.headers['odd']) === 'é')).toHaveLength(3);
  });

  it('is set aside alone where a handler takes one record at a time', async () => {
    await road.send({ topic: 'release.redeemed', key: 'a', value: null });
    await road.send({ topic: 'release.redeemed', key: 'a', value: 'fine' });
    await waitUntil(
      'the next is handled',
      () => handedBack.some(({ value }) => String(value) === 'fine'),
      10_000,
    );
    const [letter] = await deadLettersOf('release.redeemed');
    expect(letter).toMatchObject({
      reason: 'a null value is poison here',
      origin: { key: 'a', value: null },
    });
  });

  it('is also one from which a record follows that no broker takes', async () => {
    await road.send({ topic: 'release.redeemed', key: 'b', value: 'too large' });
    await road.send({ topic: 'release.redeemed', key: 'b', value: 'fine too' });
    await waitUntil(
      'the next is handled',
      () => handedBack.some(({ value }) => String(value) === 'fine too'),
      10_000,
    );
    await waitUntil(
      'it is a dead letter',
      async () =>
        (await deadLettersOf('release.redeemed')).some(({ origin }) => String(origin.value) === 'too large'),
      10_000,
    );
  });

  it('is a retry that names no record of a topic the service reads', async () => {
    await road.send({ topic: 'router.retry', key: 'nonsense', value: 'nonsense' });
    await waitUntil(
      'it is a dead letter',
      async () =>
        (await deadLettersOf('router.retry')).some(({ reason }) => reason.includes('no dead letter')),
      10_000,
    );
    expect(service.fatal).toEqual([]);
  });
});
