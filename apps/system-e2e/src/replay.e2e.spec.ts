import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RequestStatusDocument, SERVICES } from '@tollgate/contracts';
import { listLag, resetGroups } from '@tollgate/messaging';
import { freePort, startKafka, waitUntil } from '@tollgate/servers';
import { mails, messageIdOf } from './approver/mailbox.js';
import { statusOf } from './system/intake-client.js';
import { ledgerHas, ledgerRecords, type LedgerRecord } from './system/ledger-client.js';
import { connectionTo, writeRecords } from './system/producer-on-kafka.js';
import { type RunningSystem, startSystem } from './system/running-system.js';
import {
  alarms,
  countersOf,
  recordsOf,
  roadOnRecord,
  statusesOf,
  wrongStatuses,
} from './traffic/check-outcomes.js';
import { decideAll, submitAll } from './traffic/drive.js';
import { mixedRequests } from './traffic/mixed-request.js';

const requests = mixedRequests('replay', 60);
const SETTLED_WITHIN_MS = 60_000;
/** Stages that are functions of an event: they speak again when they read it again. */
const RECOMPUTED = ['route.resolved', 'guardrail.evaluated'];

let system: RunningSystem;
let before: { statuses: ReadonlyMap<string, RequestStatusDocument>; mails: string[] };

const mailList = async () =>
  (await mails(system.stack)).map((mail) => `${mail.to[0]?.address} ${messageIdOf(mail)}`).toSorted();

/** Sets all groups back while no service runs. */
async function forgetPositions(): Promise<void> {
  const kafka = await startKafka({
    dataDir: join(system.stack.dataDir, 'kafka'),
    port: await freePort(),
    controllerPort: await freePort(),
  });
  try {
    await resetGroups({ connection: { brokers: kafka.brokers, clientId: 'system-e2e' }, groups: SERVICES });
  } finally {
    await kafka.stop();
  }
}

/** Waits until every group has read everything. */
const caughtUp = () =>
  waitUntil(
    'every group has read everything',
    async () => {
      const lags = await listLag({ connection: connectionTo(system.stack), groups: SERVICES });
      return (
        SERVICES.every((group) => lags.some((lag) => lag.group === group)) &&
        lags.every(({ lag }) => lag === 0)
      );
    },
    SETTLED_WITHIN_MS,
  );

beforeAll(async () => {
  system = await startSystem({ environment: { notifier: { MAILS_PER_PERSON_PER_HOUR: '0' } } });
  await submitAll(system.stack, requests);
  await decideAll(system.stack, 'bob', requests);
  await roadOnRecord(system.stack, requests, SETTLED_WITHIN_MS);
  await waitUntil(
    'all are final',
    async () => wrongStatuses(await statusesOf(system.stack), requests).length === 0,
    SETTLED_WITHIN_MS,
  );
  // Mails of approvals that were decided meanwhile are not sent any more: the queue is empty when the list rests.
  await caughtUp();
  before = { statuses: await statusesOf(system.stack), mails: await mailList() };
  await system.restart(forgetPositions);
  await caughtUp();
}, 240_000);
afterAll(() => system?.stop(), 60_000);

describe('all consumer groups read all topics again from the beginning', () => {
  it('outcomes and releases are as before, to the token', async () => {
    const after = await statusesOf(system.stack);
    expect([...after.keys()].toSorted()).toEqual([...before.statuses.keys()].toSorted());
    for (const [id, document] of before.statuses) expect(after.get(id)).toEqual(document);
  });

  it('no mail was sent again', async () => {
    const after = await mailList();
    const asking = (list: readonly string[]) => list.filter((mail) => mail.includes('.asked.'));
    expect(asking(after)).toEqual(asking(before.mails));
    // What tells of decisions may still be on its way; each of it comes once.
    expect(after).toEqual(expect.arrayContaining(before.mails));
    expect(new Set(after).size).toBe(after.length);
  });

  it.each(RECOMPUTED)(
    '%s is published again, byte by byte the same',
    async (topic) => {
      const records = await ledgerHas(
        system.stack,
        `every ${topic} twice`,
        { topic },
        (found) => requests.every(({ id }) => found.filter(({ requestId }) => requestId === id).length >= 2),
        SETTLED_WITHIN_MS,
      );
      for (const [id, same] of Map.groupBy(records, ({ requestId }) => requestId)) {
        expect([id, new Set(same.map(({ sha256 }) => sha256)).size]).toEqual([id, 1]);
      }
    },
    70_000,
  );

  it('nothing else was published again', async () => {
    for (const topic of [
      'request.submitted',
      'decision.made',
      'action.released',
      'vote.cast',
      'approver.notified',
      'policy.published',
    ]) {
      const keys = (await ledgerRecords(system.stack, { topic })).map(({ key }) => key);
      expect([topic, keys.length]).toEqual([topic, new Set(keys).size]);
    }
  });

  it('router and guardrail would say it all again, and saying so publishes nothing', async () => {
    const dry = await system.tollgate('topics', 'replay');
    expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('Nothing was read yet') });
    const { code, out, err } = await system.tollgate('topics', 'replay', '--check');
    expect({ code, err, out }).toMatchObject({ code: 0, err: '' });
    expect(out).toContain('Each is what its cause and the policy of its time make of it.');
    expect(out).toContain('Nothing was published, mailed or released by it');
  }, 60_000);

  it('the draft that is the ruling policy would have changed nothing', async () => {
    const { code, out } = await system.tollgate('policy', 'backtest');
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringContaining('All would have gone as they went.'),
    });
  }, 60_000);

  it('one service alone is asked to only while it is stopped', async () => {
    const dry = await system.tollgate('topics', 'replay', '--rebuild', 'intake');
    expect(dry).toMatchObject({ code: 0, out: expect.stringMatching(/route\.resolved +\d+/) });
    expect(dry.out).toContain('Nothing was changed.');
    const refused = await system.tollgate('topics', 'replay', '--rebuild', 'intake', '--yes');
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining('intake is running: stop every process'),
    });
  }, 60_000);

  it('nothing diverged, and the ledger has no gap and no suspect', async () => {
    expect(await alarms(system.stack)).toEqual([]);
  });
});

describe('a differing event that somebody plants', () => {
  const decided = (outcome: string) => {
    const found = requests.find((request) => request.outcome === outcome && request.verdict !== undefined);
    if (found === undefined) throw new Error(`the mix has no ${outcome}`);
    return found;
  };
  const first = (records: readonly LedgerRecord[]) => {
    const [record] = records;
    if (record?.event === null || record === undefined) throw new Error('the event is not on record');
    return record.event;
  };
  /** Writes a changed copy of an event of a request, with the key and the headers of the first. */
  const plant = async (
    id: string,
    topic: string,
    change: (data: Record<string, unknown>) => Record<string, unknown>,
  ) => {
    const event = first(await recordsOf(system.stack, id, topic));
    const value = JSON.stringify({ ...event, data: change(event.data) });
    await writeRecords(system.stack, [
      { topic, key: id, value, headers: { 'content-type': 'application/cloudevents+json' } },
    ]);
  };
  const diverged = async (service: 'intake' | 'notifier', topic: string) =>
    [...(await countersOf(system.stack.urls[service], 'tollgate_diverged_total'))]
      .filter(([labels]) => labels.includes(`"${topic}"`))
      .reduce((sum, [, value]) => sum + value, 0);

  /** A decision whose votes all say yes; without them the gate would not even look at it. */
  const turnedRound = (decision: unknown) => {
    const text = JSON.stringify(decision).replaceAll('"deny"', '"approve"');
    return { ...(JSON.parse(text) as object), outcome: 'approved' };
  };

  it.each(['intake', 'notifier'] as const)(
    'route.resolved: %s raises the alarm, and nothing changes',
    async (service) => {
      const { id } = decided('released');
      const was = await statusOf(system.stack, id);
      const alarmed = await diverged(service, 'route.resolved');
      await plant(id, 'route.resolved', (data) => ({
        ...data,
        route: { ...(data['route'] as object), explanation: `Somebody else says so: ${randomUUID()}` },
      }));
      await waitUntil(
        'the alarm is raised',
        async () => (await diverged(service, 'route.resolved')) > alarmed,
        20_000,
      );
      expect(await statusOf(system.stack, id)).toEqual(was);
    },
    40_000,
  );

  it('guardrail.evaluated that passes what was blocked: no release', async () => {
    const { id } = decided('blocked');
    const was = await statusOf(system.stack, id);
    await plant(id, 'guardrail.evaluated', (data) => ({
      ...data,
      guardrail: { outcome: 'passed', results: [], policyRevision: 1 },
    }));
    await waitUntil(
      'the alarm is raised',
      async () => (await diverged('intake', 'guardrail.evaluated')) > 0,
      20_000,
    );
    expect(await statusOf(system.stack, id)).toEqual(was);
    expect(await recordsOf(system.stack, id, 'action.released')).toEqual([]);
  }, 40_000);

  it('is named by topics replay, with what should stand there', async () => {
    const { code, out } = await system.tollgate('topics', 'replay', '--check');
    expect(code).toBe(1);
    expect(out).toContain(`route.resolved of ${decided('released').id}\n    /route/explanation`);
    expect(out).toContain(`guardrail.evaluated of ${decided('blocked').id}\n    /guardrail/outcome`);
  }, 60_000);

  it('decision.made that approves what was denied: no release', async () => {
    const { id } = decided('denied');
    const was = await statusOf(system.stack, id);
    const alarmed = await diverged('intake', 'guardrail.evaluated');
    await plant(id, 'decision.made', (data) => ({ ...data, decision: turnedRound(data['decision']) }));
    await waitUntil(
      'the alarm is raised',
      async () => (await diverged('intake', 'guardrail.evaluated')) > alarmed,
      20_000,
    );
    expect(await statusOf(system.stack, id)).toEqual(was);
    expect(await recordsOf(system.stack, id, 'action.released')).toEqual([]);
  }, 40_000);
});
