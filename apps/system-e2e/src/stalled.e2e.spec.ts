import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventIdFor, type RequestStatusDocument } from '@tollgate/contracts';
import { waitUntil, workspaceFolder } from '@tollgate/servers';
import { statusOf, submit } from './system/intake-client.js';
import { ledgerHas, ledgerRecords } from './system/ledger-client.js';
import { writeRecords } from './system/producer-on-kafka.js';
import { type RunningSystem, startSystem } from './system/running-system.js';

const SETTLED_WITHIN_MS = 30_000;
const example = (): unknown =>
  JSON.parse(readFileSync(join(workspaceFolder(), 'examples', 'deploy-42.json'), 'utf8'));

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
}, 120_000);
afterAll(() => system?.stop(), 60_000);

const isStalled = async (id: string, stalled: boolean): Promise<RequestStatusDocument> => {
  let document = await statusOf(system.stack, id);
  await waitUntil(
    `the request ${stalled ? 'stands still' : 'goes on'}`,
    async () => {
      document = await statusOf(system.stack, id);
      return (document.stalled !== undefined) === stalled;
    },
    SETTLED_WITHIN_MS,
  );
  return document;
};

/** The event of a request on a topic, from the ledger. */
async function eventOf(id: string, topic: string) {
  const [record] = await ledgerHas(system.stack, topic, { requestId: id, topic }, ({ length }) => length > 0);
  if (record?.event === null || record === undefined) throw new Error('the event is not on record');
  return record.event;
}

/** An approval by erin that names a policy revision which nobody knows yet. */
async function decideUnder(revision: number, id: string): Promise<void> {
  const route = await eventOf(id, 'route.resolved');
  const decidedAt = new Date().toISOString();
  const decision = {
    outcome: 'approved',
    decidedBy: 'people',
    step: 0,
    openedAt: decidedAt,
    deadline: new Date(Date.now() + 3_600_000).toISOString(),
    votes: [
      {
        person: 'erin',
        step: 0,
        verdict: 'approve',
        reason: '',
        at: decidedAt,
        authentication: 'signed-in',
        counted: true,
      },
    ],
    overrides: [],
    decidedAt,
    explanation: 'Decided for the test.',
    policyRevision: revision,
  };
  const event = {
    ...route,
    id: eventIdFor(id, 'decision.made'),
    source: '/tollgate/notifier',
    type: 'tollgate.decision.made.v1',
    time: decidedAt,
    data: { ...route.data, decision },
  };
  await writeRecords(system.stack, [{ topic: 'decision.made', key: id, value: JSON.stringify(event) }]);
}

describe('a request that stands still', () => {
  it('says where and why, and its producer goes on waiting', async () => {
    const { body } = await submit(system.stack, example());
    await eventOf(body.id, 'route.resolved');
    await writeRecords(system.stack, [{ topic: 'decision.made', key: body.id, value: 'not JSON' }]);
    const document = await isStalled(body.id, true);
    expect(document).toMatchObject({ status: 'pending', stalled: { service: 'guardrail' } });
    const { code, out } = await system.tollgate('request', 'show', body.id);
    expect(code).toBe(75);
    expect(out).toContain('stalled at guardrail');
    const doctor = await system.tollgate('doctor');
    expect(doctor.code).toBe(1);
    expect(doctor.out).toContain(`${body.id} at guardrail`);
  }, 90_000);

  it('is not given up by a dry run, and for ever by --yes; its producer ends with 14', async () => {
    const { body } = await submit(system.stack, example());
    await eventOf(body.id, 'route.resolved');
    await writeRecords(system.stack, [{ topic: 'decision.made', key: body.id, value: 'not JSON' }]);
    await isStalled(body.id, true);
    const waiting = system.startTollgate('request', 'wait', body.id);
    const dry = await system.tollgate('dead-letters', 'give-up', body.id, '--reason', 'broken for good');
    expect(dry.code).toBe(0);
    expect((await statusOf(system.stack, body.id)).status).toBe('pending');
    const done = await system.tollgate(
      'dead-letters',
      'give-up',
      body.id,
      '--reason',
      'broken for good',
      '--yes',
    );
    expect(done.code).toBe(0);
    expect((await waiting.ended).code).toBe(14);
    const [failed] = await ledgerHas(
      system.stack,
      'its failure',
      { requestId: body.id, topic: 'request.failed' },
      ({ length }) => length > 0,
    );
    expect(failed?.event?.data).toMatchObject({ reason: 'broken for good', service: 'guardrail' });
    const again = await system.tollgate('dead-letters', 'give-up', body.id, '--reason', 'twice', '--yes');
    expect(again.code).toBe(1);
  }, 90_000);

  it('a request that does not stand still is not given up', async () => {
    const { body } = await submit(system.stack, example());
    const { code, err } = await system.tollgate(
      'dead-letters',
      'give-up',
      body.id,
      '--reason',
      'impatience',
      '--yes',
    );
    expect(code).toBe(1);
    expect(err).toMatch(/409/);
    expect((await statusOf(system.stack, body.id)).status).toBe('pending');
  }, 60_000);

  it('a retry that fails again is open again; one whose cause is gone goes the whole road', async () => {
    const { body } = await submit(system.stack, example());
    await decideUnder(2, body.id);
    const { stalled } = await isStalled(body.id, true);
    expect(stalled?.reason).toContain('revision 2');

    const list = async (...args: string[]) =>
      (
        JSON.parse((await system.tollgate('dead-letters', 'list', '--json', ...args)).out) as {
          deadLetters: { service: string; place: string; requestId?: string; failedAt: string }[];
        }
      ).deadLetters.filter(({ requestId }) => requestId === body.id);
    const [letter] = await list();
    const place = `${letter?.service}/${letter?.place}`;
    expect((await system.tollgate('dead-letters', 'retry', place)).out).toContain('would retry');
    expect((await list())[0]?.failedAt).toBe(letter?.failedAt);

    await system.tollgate('dead-letters', 'retry', place, '--yes');
    await waitUntil(
      'it has failed once more',
      async () => {
        const [now] = await list();
        return now !== undefined && now.failedAt > (letter?.failedAt ?? '');
      },
      SETTLED_WITHIN_MS,
    );

    const [published] = await ledgerRecords(system.stack, { topic: 'policy.published' });
    const { event } = published ?? {};
    if (!event) throw new Error('no policy is on record');
    const value = JSON.stringify({
      ...event,
      id: eventIdFor('2', 'policy.published'),
      data: { ...event.data, revision: 2 },
    });
    await writeRecords(system.stack, [{ topic: 'policy.published', key: '2', value }]);
    expect((await system.tollgate('dead-letters', 'retry', place, '--yes')).code).toBe(0);
    expect((await statusOf(system.stack, body.id, 30)).status).toBe('released');
    await isStalled(body.id, false);
    expect(await list()).toEqual([]);
    const all = (await list('--all')).at(0);
    expect(all).toMatchObject({ state: 'retried' });
  }, 120_000);
});
