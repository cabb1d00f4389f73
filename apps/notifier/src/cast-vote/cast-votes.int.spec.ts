import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { aFile, aStep } from '../testing/routes.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';

jest.setTimeout(60_000);

let store: TestStore;
let notifier: TestProcess;
let other: TestProcess;

beforeAll(async () => {
  store = await TestStore.create('vote', servers);
  notifier = await store.process();
  other = await store.process();
});
afterAll(() => store.drop());

const opened = async (...args: Parameters<typeof aFile>): Promise<string> => {
  const file = aFile(...args);
  await notifier.open(file);
  return file.request.id;
};
const votesOf = (requestId: string) =>
  store.admin('SELECT person, count, verdict, counted, why FROM vote WHERE request_id = $1 ORDER BY number', [
    requestId,
  ]);

describe('a vote', () => {
  it('decides, is on record, and goes out with the decision that it caused', async () => {
    const id = await opened();
    const outcome = await notifier.vote(id, 'erin', 'approve', 'looks right');
    expect(outcome).toMatchObject({
      kind: 'counted',
      status: 'closed',
      decision: { outcome: 'approved', decidedBy: 'people' },
    });
    const [cast] = notifier.relay.about('vote.cast', id);
    const [decided] = notifier.relay.about('decision.made', id);
    expect(cast?.data).toMatchObject({
      count: 1,
      vote: { person: 'erin', verdict: 'approve', counted: true, authentication: 'signed-in' },
    });
    expect(decided?.causationid).toBe(cast?.id);
    expect(decided?.data.decision.votes).toEqual([cast?.data.vote]);
    const record = notifier.relay.records.find(
      ({ topic, key }) => topic === 'vote.cast' && key.startsWith(id),
    );
    expect(record).toMatchObject({ key: `${id}|erin|1`, partitionKey: id });
  });

  it('may change until the decision', async () => {
    const id = await opened({ plan: [aStep(['erin', 'bob'])] });
    expect(await notifier.vote(id, 'erin', 'abstain')).toEqual({ kind: 'counted', status: 'pending' });
    expect(await notifier.vote(id, 'erin', 'abstain', 'on holiday')).toEqual({
      kind: 'counted',
      status: 'pending',
    });
    expect(await notifier.vote(id, 'erin', 'deny')).toMatchObject({
      status: 'closed',
      decision: { outcome: 'denied' },
    });
    expect(notifier.decisions(id)[0]?.votes.map(({ counted, why }) => [counted, why])).toEqual([
      [false, 'Replaced by a later vote of the same person.'],
      [false, 'Replaced by a later vote of the same person.'],
      [true, undefined],
    ]);
    expect(notifier.relay.about('vote.cast', id).map(({ data }) => data.count)).toEqual([1, 2, 3]);
  });

  it('sent twice at once is one vote', async () => {
    const id = await opened();
    const outcomes = await Promise.all([
      notifier.vote(id, 'erin', 'approve'),
      notifier.vote(id, 'erin', 'approve'),
      other.vote(id, 'erin', 'approve'),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['counted', 'counted', 'counted']);
    expect(await votesOf(id)).toHaveLength(1);
  });

  it('that comes late is kept, does not count, and its voter hears what was decided', async () => {
    const id = await opened({ plan: [aStep(['erin', 'bob'])] });
    await notifier.vote(id, 'erin', 'approve');
    const outcome = await notifier.vote(id, 'bob', 'deny', 'no!');
    expect(outcome).toMatchObject({
      kind: 'uncounted',
      why: 'closed',
      decision: { outcome: 'approved', votes: [{ person: 'erin' }] },
    });
    expect(await votesOf(id)).toMatchObject([
      { person: 'erin', counted: true },
      { person: 'bob', counted: false, why: 'It came after the decision.' },
    ]);
    expect(notifier.relay.about('vote.cast', id)[1]?.data.vote).toMatchObject({ counted: false });
    expect(notifier.decisions(id)).toHaveLength(1);
  });

  it('after the deadline does not count, also before the timer has fired', async () => {
    const id = await opened();
    await store.makeDue(id);
    expect(await notifier.vote(id, 'erin', 'approve')).toEqual({ kind: 'uncounted', why: 'late' });
    expect(notifier.decisions(id)).toEqual([]);
  });

  it('of somebody who has left the directory since does not count', async () => {
    const left = await TestStore.create('vote_left', servers);
    try {
      const process = await left.process();
      const file = aFile({ plan: [aStep(['dave', 'erin'])] });
      await process.open(file);
      left.policy.deactivate('dave');
      expect(await process.vote(file.request.id, 'dave', 'approve')).toEqual({
        kind: 'uncounted',
        why: 'inactive',
      });
      expect(await process.vote(file.request.id, 'erin', 'approve')).toMatchObject({
        decision: { policyRevision: 2 },
      });
    } finally {
      await left.drop();
    }
  });

  it('on a request that is not open yet says so and leaves nothing', async () => {
    const id = aFile().request.id;
    expect(await notifier.vote(id, 'erin', 'approve')).toEqual({ kind: 'not-open' });
    expect(await votesOf(id)).toEqual([]);
  });

  it('that cannot be committed is not told as counted, and leaves nothing', async () => {
    const id = await opened();
    const process = await store.process();
    process.relay.beforeCommit = () => {
      throw new Error('the database went away');
    };
    await expect(process.vote(id, 'erin', 'approve')).rejects.toThrow('the database went away');
    expect(process.relay.records).toEqual([]);
    expect(await votesOf(id)).toEqual([]);
    expect(await notifier.vote(id, 'erin', 'approve')).toMatchObject({ status: 'closed' });
  });
});

describe('what a stream is told', () => {
  it('is opened, changed and closed, only to those concerned', async () => {
    const heard: Record<string, string[]> = { erin: [], carol: [] };
    const process = await store.process();
    for (const person of ['erin', 'carol']) {
      process.feed.subscribe(person, (text) => heard[person]?.push(...(text.match(/event: \w+/g) ?? [])));
    }
    const file = aFile({ plan: [aStep(['erin', 'bob'])] });
    await process.open(file);
    await process.vote(file.request.id, 'bob', 'abstain');
    await process.vote(file.request.id, 'erin', 'approve');
    await servers.waitUntil('the news is out', () => heard['erin']?.length === 3, 10_000);
    expect(heard).toEqual({ erin: ['event: opened', 'event: changed', 'event: closed'], carol: [] });
  });
});
