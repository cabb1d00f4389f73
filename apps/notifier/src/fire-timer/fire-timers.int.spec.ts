import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { aFile, aStep } from '../testing/routes.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';
import { TimerClock } from './timer-clock.js';

jest.setTimeout(60_000);

let store: TestStore;
let notifier: TestProcess;

beforeAll(async () => {
  store = await TestStore.create('timer', servers);
});
beforeEach(async () => {
  notifier = await store.process();
});
afterAll(() => store.drop());

const fireAll = async (process: TestProcess): Promise<void> => {
  while ((await process.timers.fireDue()) > 0);
};
const clockOf = (process: TestProcess): TimerClock =>
  new TimerClock(
    {
      fireDue: () => process.timers.fireDue(),
      untilNext: () => process.timers.untilNext(process.dataSource),
    },
    process.logger,
  );

describe('when the time of a step is over', () => {
  it('and silence denies, then it is expired', async () => {
    const file = aFile();
    await notifier.open(file);
    await store.makeDue(file.request.id);
    await fireAll(notifier);
    expect(notifier.decisions(file.request.id)).toMatchObject([
      { outcome: 'expired', decidedBy: 'timeout', votes: [] },
    ]);
    await fireAll(notifier);
    expect(notifier.decisions(file.request.id)).toHaveLength(1);
  });

  it('and silence approves, then it is approved by the timeout', async () => {
    const file = aFile({ plan: [aStep(['erin'], { onSilence: 'approve' })] });
    await notifier.open(file);
    await store.makeDue(file.request.id);
    await fireAll(notifier);
    expect(notifier.decisions(file.request.id)).toMatchObject([
      { outcome: 'approved', decidedBy: 'timeout' },
    ]);
  });

  it('and silence asks others, then the next step opens to them, and the votes of the last one have ended', async () => {
    const file = aFile({
      plan: [aStep(['erin', 'bob'], { onSilence: 'next' }), aStep(['carol'], { timeout: 'PT1H' })],
    });
    const { id } = file.request;
    await notifier.open(file);
    await notifier.vote(id, 'erin', 'abstain');
    await store.makeDue(id);
    await fireAll(notifier);
    expect(notifier.decisions(id)).toEqual([]);
    expect(notifier.stepsOpened).toBe(1);
    const [row] = await store.admin(
      'SELECT step, status, approvers, mail_owed, deadline > clock_timestamp() AS ahead FROM approval WHERE request_id = $1',
      [id],
    );
    expect(row).toEqual({ step: 1, status: 'pending', approvers: ['carol'], mail_owed: true, ahead: true });

    expect(await notifier.vote(id, 'bob', 'deny')).toEqual({ kind: 'uncounted', why: 'step-over' });
    expect(await notifier.vote(id, 'carol', 'approve')).toMatchObject({ status: 'closed' });
    expect(notifier.decisions(id)).toMatchObject([
      {
        outcome: 'approved',
        step: 1,
        votes: [
          { person: 'erin', counted: false, why: 'The step it was cast in ended without a decision.' },
          { person: 'bob', counted: false },
          { person: 'carol', counted: true },
        ],
      },
    ]);
  });

  it('and somebody is asked in both steps, then they vote again, and both votes stay on record', async () => {
    const both = aStep(['erin', 'bob'], { quorum: { kind: 'people', count: 2, from: ['role:cto'] } });
    const file = aFile({
      plan: [
        { ...both, onSilence: 'next' },
        { ...both, approvers: aStep(['erin', 'carol']).approvers },
      ],
    });
    const { id } = file.request;
    await notifier.open(file);
    await notifier.vote(id, 'erin', 'approve');
    await store.makeDue(id);
    await fireAll(notifier);
    expect(await notifier.vote(id, 'carol', 'approve')).toEqual({ kind: 'counted', status: 'pending' });
    expect(await notifier.vote(id, 'erin', 'approve')).toMatchObject({ status: 'closed' });
    const [decision] = notifier.decisions(id);
    expect(decision?.votes.map(({ person, step, counted }) => [person, step, counted])).toEqual([
      ['erin', 0, false],
      ['carol', 1, true],
      ['erin', 1, true],
    ]);
    expect(decision?.explanation).toMatch(/^In step 2 of 2: Approved by .*erin/);
  });

  it('and the plan leads through three steps to a silence that approves, then nobody gave that approval', async () => {
    const file = aFile({
      plan: [
        aStep(['erin'], { onSilence: 'next' }),
        aStep([], { onSilence: 'next' }),
        aStep(['carol'], { onSilence: 'approve' }),
      ],
    });
    const { id } = file.request;
    await notifier.open(file);
    await store.makeDue(id);
    await fireAll(notifier);
    expect(notifier.decisions(id)).toEqual([]);
    await store.makeDue(id);
    await fireAll(notifier);
    expect(notifier.decisions(id)).toMatchObject([
      { outcome: 'approved', decidedBy: 'timeout', step: 2, votes: [] },
    ]);
  });

  it('and several processes look at once, then each timer takes effect once', async () => {
    const others = await Promise.all([store.process(), store.process()]);
    const files = Array.from({ length: 350 }, () => aFile());
    await notifier.open(...files);
    await store.makeDue(...files.map(({ request }) => request.id));
    const processes = [notifier, ...others];
    await Promise.all(processes.map(fireAll));
    const counts = files.map(({ request }) => processes.flatMap((each) => each.decisions(request.id)).length);
    expect(counts.filter((count) => count !== 1)).toEqual([]);
  });
});

describe('the clock', () => {
  it('fires a timer that is due soon without being told', async () => {
    const clock = clockOf(notifier);
    clock.start();
    try {
      const file = aFile({ plan: [aStep(['erin'], { timeout: 'PT0.2S' })] });
      await notifier.open(file);
      await servers.waitUntil(
        'the timer fires',
        () => notifier.decisions(file.request.id).length === 1,
        10_000,
      );
      const [decision] = notifier.decisions(file.request.id);
      const late = Date.parse(decision?.decidedAt ?? '') - Date.parse(decision?.deadline ?? '');
      expect(late).toBeGreaterThanOrEqual(0);
    } finally {
      await clock.stop();
    }
  });

  it('fires what fell due while no process ran, the most overdue first', async () => {
    const files = Array.from({ length: 3 }, () => aFile());
    await notifier.open(...files);
    for (const [index, { request }] of files.entries()) {
      await store.admin(
        `UPDATE approval SET deadline = clock_timestamp() - $2 * interval '1 hour' WHERE request_id = $1`,
        [request.id, index + 1],
      );
    }
    const restarted = await store.process();
    const clock = clockOf(restarted);
    clock.start();
    try {
      await servers.waitUntil(
        'all have fired',
        () => files.every(({ request }) => restarted.decisions(request.id).length === 1),
        10_000,
      );
    } finally {
      await clock.stop();
    }
    const order = restarted.relay.events('decision.made').map(({ data }) => data.request.id);
    expect(order).toEqual(files.map(({ request }) => request.id).toReversed());
  });

  it('says how long it is until the next timer', async () => {
    const empty = await TestStore.create('timer_next', servers);
    try {
      const process = await empty.process();
      expect(await process.timers.untilNext(process.dataSource)).toBeUndefined();
      await process.open(aFile({ plan: [aStep(['erin'], { timeout: 'PT1H' })] }));
      const wait = await process.timers.untilNext(process.dataSource);
      expect(wait).toBeLessThanOrEqual(3_600_000);
      expect(wait).toBeGreaterThan(3_500_000);
    } finally {
      await empty.drop();
    }
  });
});
