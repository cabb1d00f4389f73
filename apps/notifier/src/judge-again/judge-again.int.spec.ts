import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type PlanStep } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';

jest.setTimeout(60_000);

let store: TestStore;
let notifier: TestProcess;

beforeEach(async () => {
  store = await TestStore.create('again', servers);
  notifier = await store.process();
});
afterEach(() => store.drop());

async function opened(...plan: PlanStep[]): Promise<string> {
  const file = aFile({ plan });
  await notifier.open(file);
  return file.request.id;
}
const both = (persons: string[]) =>
  aStep(persons, { quorum: { kind: 'people', count: 2, from: ['role:cto'] } });
const judgeAgain = (process = notifier) => process.judgeAgain.all(store.policy.current());

/** While everything is done by the revision before, and the commit is still to come, bob is deactivated. */
function judgeBeforeCommit(other: TestProcess): () => Promise<number> | undefined {
  let judged: Promise<number> | undefined;
  notifier.relay.beforeCommit = async () => {
    store.policy.deactivate('bob');
    let done = false;
    judged = judgeAgain(other).finally(() => {
      done = true;
    });
    await servers.waitUntil(
      'the other waits, or is done too early',
      async () => done || (await waiting()),
      10_000,
    );
  };
  return () => judged;
}

async function waiting(): Promise<boolean> {
  const rows = await store.admin(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows.length > 0;
}

describe('when a revision deactivates somebody', () => {
  it('and the quorum cannot be met without them, then the policy denies it, with the reason', async () => {
    const id = await opened(both(['erin', 'bob']));
    await notifier.vote(id, 'erin', 'approve');
    store.policy.deactivate('bob');
    expect(await judgeAgain()).toBe(1);
    expect(notifier.decisions(id)).toMatchObject([
      {
        outcome: 'denied',
        decidedBy: 'policy',
        policyRevision: 2,
        explanation: expect.stringMatching(/bob.*erin approved/),
        votes: [{ person: 'erin', counted: true }],
      },
    ]);
    expect(await judgeAgain()).toBe(0);
  });

  it('and others are left, then it goes on waiting', async () => {
    const id = await opened(both(['erin', 'bob', 'carol']));
    store.policy.deactivate('bob');
    expect(await judgeAgain()).toBe(0);
    expect(await notifier.vote(id, 'bob', 'approve')).toEqual({ kind: 'uncounted', why: 'inactive' });
    await notifier.vote(id, 'erin', 'approve');
    expect(await notifier.vote(id, 'carol', 'approve')).toMatchObject({ status: 'closed' });
  });

  it('who has voted already, then that stays counted', async () => {
    const id = await opened(both(['erin', 'bob']));
    await notifier.vote(id, 'bob', 'approve');
    store.policy.deactivate('bob');
    expect(await judgeAgain()).toBe(0);
    expect(await notifier.vote(id, 'erin', 'approve')).toMatchObject({
      decision: { outcome: 'approved', decidedBy: 'people' },
    });
  });

  it('whose stage has not begun, then it is denied at that moment all the same', async () => {
    const id = await opened(STAGED);
    store.policy.deactivate('dave');
    expect(await judgeAgain()).toBe(1);
    expect(notifier.decisions(id)).toMatchObject([{ outcome: 'denied', decidedBy: 'policy' }]);
  });

  it('whom only a later step asks, then the step under way goes on, and that one is skipped in its turn', async () => {
    const id = await opened(
      aStep(['erin'], { onSilence: 'next' }),
      aStep(['bob'], { onSilence: 'next' }),
      aStep(['carol']),
    );
    store.policy.deactivate('bob');
    expect(await judgeAgain()).toBe(0);
    await store.makeDue(id);
    await notifier.timers.fireDue();
    const [row] = await store.admin('SELECT step, approvers FROM approval WHERE request_id = $1', [id]);
    expect(row).toEqual({ step: 2, approvers: ['carol'] });
  });

  it('whom the step under way needs, and silence would ask others, then they are asked at once', async () => {
    const id = await opened(
      aStep(['bob'], { onSilence: 'next' }),
      aStep(['bob'], { onSilence: 'next' }),
      aStep(['carol']),
    );
    store.policy.deactivate('bob');
    expect(await judgeAgain()).toBe(0);
    const [row] = await store.admin('SELECT step, approvers, mail_owed FROM approval WHERE request_id = $1', [
      id,
    ]);
    expect(row).toEqual({ step: 2, approvers: ['carol'], mail_owed: true });
    expect(await notifier.vote(id, 'carol', 'approve')).toMatchObject({
      decision: { outcome: 'approved', decidedBy: 'people', step: 2 },
    });
  });

  it('and nobody of a later step is left either, then it is denied, with what was skipped', async () => {
    const id = await opened(aStep(['bob'], { onSilence: 'next' }), aStep(['bob'], { onSilence: 'next' }));
    store.policy.deactivate('bob');
    expect(await judgeAgain()).toBe(1);
    expect(notifier.decisions(id)).toMatchObject([
      {
        outcome: 'denied',
        decidedBy: 'policy',
        explanation: expect.stringMatching(/without bob.*step 2 is skipped.*nobody is left to ask/),
      },
    ]);
  });

  it('whom a review of broken glass needs, then it stays open, whoever votes, until people close it', async () => {
    const next = { onSilence: 'next' as const };
    const file = aFile(
      { plan: [both(['erin', 'bob'])].map((step) => ({ ...step, ...next })) },
      { action: 'break-glass.review', environment: 'tollgate' },
    );
    const { id } = file.request;
    await notifier.open(file);
    store.policy.deactivate('bob');
    expect(await judgeAgain()).toBe(0);
    expect(await notifier.vote(id, 'erin', 'approve')).toMatchObject({ kind: 'counted', status: 'pending' });
    await store.makeDue(id);
    await notifier.timers.fireDue();
    expect(notifier.decisions(id)).toEqual([]);
    expect(await notifier.vote(id, 'erin', 'deny', 'It was no emergency.')).toMatchObject({
      status: 'closed',
      decision: { outcome: 'denied', decidedBy: 'people' },
    });
  });

  it('whom very many approvals need, then all of them are denied, and nothing else', async () => {
    const files = Array.from({ length: 2_300 }, (_, index) =>
      aFile({ plan: [aStep([index % 2 === 0 ? 'bob' : 'erin'])] }),
    );
    for (let start = 0; start < files.length; start += 200)
      await notifier.open(...files.slice(start, start + 200));
    store.policy.deactivate('bob');
    expect(await judgeAgain()).toBe(1_150);
    const rows = await store.admin<{ approvers: string[]; status: string }>(
      'SELECT DISTINCT approvers, status FROM approval ORDER BY approvers',
    );
    expect(rows).toEqual([
      { approvers: ['bob'], status: 'closed' },
      { approvers: ['erin'], status: 'pending' },
    ]);
  });

  it('and an approval is just being opened by the revision before, then it is not overlooked', async () => {
    const file = aFile({ plan: [aStep(['bob'])] });
    const other = await store.process();
    const judged = judgeBeforeCommit(other);
    await notifier.open(file);
    expect(await judged()).toBe(1);
    expect(other.decisions(file.request.id)).toMatchObject([{ outcome: 'denied', decidedBy: 'policy' }]);
  });

  it('and a step is just being opened to them by the revision before, then it is not overlooked', async () => {
    const id = await opened(aStep(['erin'], { onSilence: 'next' }), aStep(['bob']));
    await store.makeDue(id);
    const other = await store.process();
    const judged = judgeBeforeCommit(other);
    await notifier.timers.fireDue();
    expect(await judged()).toBe(1);
    expect(other.decisions(id)).toMatchObject([{ outcome: 'denied', decidedBy: 'policy', step: 1 }]);
  });

  it('and two processes judge at once, then each approval is decided once', async () => {
    const other = await store.process();
    const files = Array.from({ length: 300 }, () => aFile({ plan: [aStep(['bob'])] }));
    await notifier.open(...files);
    store.policy.deactivate('bob');
    const counts = await Promise.all([judgeAgain(), judgeAgain(other)]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(files.length);
    const subjects = [notifier, other].flatMap(({ relay }) =>
      relay.events('decision.made').map((event) => event.subject),
    );
    const made = files.map(({ request: { id } }) => subjects.filter((subject) => subject === id).length);
    expect(made.filter((count) => count !== 1)).toEqual([]);
  });
});
