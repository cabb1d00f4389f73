import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { WaitingApprovals } from '../approvals-api/waiting-approvals.js';
import { owedMails } from '../send-mail/owed-mails.store.js';
import { aFile, STAGED } from '../testing/routes.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';

jest.setTimeout(60_000);

let store: TestStore;
let notifier: TestProcess;

beforeAll(async () => {
  store = await TestStore.create('stages', servers);
  notifier = await store.process();
});
afterAll(() => store.drop());

async function opened(): Promise<string> {
  const file = aFile({ plan: [STAGED] });
  await notifier.open(file);
  return file.request.id;
}

/** Who was or will be mailed, once the queue has been filled. */
async function mailed(requestId: string): Promise<string[]> {
  while ((await owedMails.queueAsked(notifier.dataSource, 100)) > 0);
  const rows = await store.admin<{ person: string }>(
    'SELECT person FROM mail WHERE request_id = $1 ORDER BY person',
    [requestId],
  );
  return rows.map(({ person }) => person);
}

async function waitingFor(requestId: string, person: string): Promise<string | undefined> {
  const { items } = await new WaitingApprovals(notifier.dataSource).page(person, 200);
  const item = items.find((each) => each.requestId === requestId);
  return item === undefined ? undefined : (item.waitingFor ?? '');
}

describe('a step with stages', () => {
  it('asks the people of a later stage once those before have answered, in the same transaction', async () => {
    const id = await opened();
    expect(await mailed(id)).toEqual(['bob', 'carol', 'erin']);
    expect(await waitingFor(id, 'bob')).toMatch(/two .*team.* then .*finance/);
    expect(await waitingFor(id, 'dave')).toBeUndefined();

    await notifier.vote(id, 'bob', 'approve');
    expect(await mailed(id)).not.toContain('dave');
    // What bob has answered waits for him no more.
    expect(await waitingFor(id, 'erin')).toMatch(/one .*team.* then .*finance/);
    const begun = notifier.stagesBegun;
    await notifier.vote(id, 'erin', 'approve');
    expect(notifier.stagesBegun).toBe(begun + 1);
    expect(await mailed(id)).toEqual(['bob', 'carol', 'dave', 'erin']);
    expect(await waitingFor(id, 'dave')).toMatch(/finance/);
    expect(await waitingFor(id, 'dave')).not.toMatch(/team/);

    expect(await notifier.vote(id, 'dave', 'approve')).toMatchObject({
      status: 'closed',
      decision: { outcome: 'approved', decidedBy: 'people' },
    });
    expect(notifier.decisions(id)[0]?.explanation).toMatch(/bob approved, erin approved, dave approved/);
  });

  it('keeps a vote that comes before its stage, and counts it when it is cast again', async () => {
    const id = await opened();
    expect(await notifier.vote(id, 'dave', 'deny')).toEqual({ kind: 'uncounted', why: 'stage-ahead' });
    expect(await notifier.vote(id, 'dave', 'deny')).toEqual({ kind: 'uncounted', why: 'stage-ahead' });
    await notifier.vote(id, 'bob', 'approve');
    await notifier.vote(id, 'erin', 'approve');
    expect(notifier.decisions(id)).toEqual([]);
    await notifier.vote(id, 'dave', 'deny');
    expect(
      notifier.decisions(id).map(({ outcome, votes }) => ({
        outcome,
        votes: votes.map(({ person, counted, why }) => [person, counted, why]),
      })),
    ).toEqual([
      {
        outcome: 'denied',
        votes: [
          ['dave', false, 'Their stage has not begun.'],
          ['bob', true, undefined],
          ['erin', true, undefined],
          ['dave', true, undefined],
        ],
      },
    ]);
  });

  it('waits for its first stage again where a vote of it is taken back', async () => {
    const id = await opened();
    await notifier.vote(id, 'bob', 'approve');
    await notifier.vote(id, 'erin', 'approve');
    await notifier.vote(id, 'erin', 'abstain');
    expect(await waitingFor(id, 'dave')).toMatch(/team/);
    expect(await notifier.vote(id, 'dave', 'approve')).toEqual({ kind: 'uncounted', why: 'stage-ahead' });
    await notifier.vote(id, 'carol', 'approve');
    expect(await mailed(id)).toEqual(['bob', 'carol', 'dave', 'erin']);
    expect(await notifier.vote(id, 'dave', 'approve')).toMatchObject({ status: 'closed' });
  });

  it('is decided by votes that arrive together as by one after the other', async () => {
    const id = await opened();
    const told = await Promise.all(
      ['bob', 'erin', 'dave'].map((person) => notifier.vote(id, person, 'approve')),
    );
    expect(told.map(({ kind }) => kind)).toEqual(['counted', 'counted', 'counted']);
    expect(notifier.decisions(id)).toMatchObject([{ outcome: 'approved' }]);
  });

  it('tells the streams of those concerned what is waited for', async () => {
    const process = await store.process();
    const heard: Record<string, string[]> = { bob: [], dave: [] };
    for (const person of ['bob', 'dave']) {
      process.feed.subscribe(person, (text) =>
        heard[person]?.push(...(text.match(/event: \w+|"waitingFor":"[^"]+"/g) ?? [])),
      );
    }
    const file = aFile({ plan: [STAGED] });
    await process.open(file);
    await process.vote(file.request.id, 'bob', 'approve');
    await process.vote(file.request.id, 'erin', 'approve');
    await process.vote(file.request.id, 'dave', 'approve');
    await servers.waitUntil(
      'the news is out',
      () => heard['dave']?.at(-1) === 'event: closed' && heard['bob']?.at(-1) === 'event: closed',
      10_000,
    );
    expect(heard['dave']).toEqual([
      'event: opened',
      expect.stringMatching(/waitingFor.*finance/),
      'event: closed',
    ]);
    expect(heard['bob']?.filter((text) => text.startsWith('event'))).toEqual([
      'event: opened',
      'event: changed',
      'event: changed',
      'event: closed',
    ]);
  });
});
