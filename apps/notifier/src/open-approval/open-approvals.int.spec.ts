import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { PermanentError } from '@tollgate/messaging';
import { aFile, aStep, routed, withdrawn } from '../testing/routes.js';
import { inChunks } from '../testing/in-chunks.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';

jest.setTimeout(120_000);

let store: TestStore;
let notifier: TestProcess;

beforeAll(async () => {
  store = await TestStore.create('open', servers);
  notifier = await store.process();
});
afterAll(() => store.drop());

const rowOf = async (requestId: string) =>
  (await store.admin('SELECT * FROM approval WHERE request_id = $1', [requestId]))[0];

describe('opening approvals', () => {
  it('decides at once what software or the policy decides, and lets people be asked for the rest', async () => {
    const automatic = aFile({ decider: 'automation', plan: [] });
    const denied = aFile({ decider: 'deny', plan: [] });
    const asked = aFile({ plan: [aStep(['erin', 'bob'], { timeout: 'PT30M' })] });
    await notifier.open(automatic, denied, asked);

    expect(notifier.decisions(automatic.request.id)).toMatchObject([
      { outcome: 'approved', decidedBy: 'automation', policyRevision: 1 },
    ]);
    expect(notifier.decisions(denied.request.id)).toMatchObject([{ outcome: 'denied', decidedBy: 'policy' }]);
    expect(notifier.decisions(asked.request.id)).toEqual([]);
    expect(await rowOf(asked.request.id)).toMatchObject({
      status: 'pending',
      approvers: ['erin', 'bob'],
      mail_owed: true,
    });
    expect(notifier.armed.at(-1)).toBe(30 * 60 * 1000);
  });

  it('passes on the file as it came, with fields that it does not know, the cause and the trace', async () => {
    const file = { ...aFile({ decider: 'automation', plan: [] }), later: { version: [1, 2] } };
    const event = { ...routed(file), traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
    await notifier.openApprovals.open([event]);
    const [decided] = notifier.relay.about('decision.made', file.request.id);
    expect(decided).toMatchObject({
      causationid: event.id,
      traceparent: event.traceparent,
      correlationid: file.request.id,
    });
    expect(decided?.data).toMatchObject(file);
  });

  it('takes the same route again as no news', async () => {
    const file = aFile();
    const automatic = aFile({ decider: 'automation', plan: [] });
    await notifier.open(file, automatic, file);
    const before = await store.admin('SELECT * FROM approval ORDER BY request_id');
    await notifier.open(file, automatic);
    expect(await store.admin('SELECT * FROM approval ORDER BY request_id')).toEqual(before);
    expect(notifier.decisions(automatic.request.id)).toHaveLength(1);
    expect(await notifier.counted('tollgate_diverged_total')).toBe(0);
  });

  it('raises an alarm for a different route of the same request, and changes nothing', async () => {
    const process = await store.process();
    const file = aFile();
    await process.open(file);
    const before = await rowOf(file.request.id);
    const other = { ...file, route: { ...file.route, decider: 'automation' as const, plan: [] } };
    await process.open(other);
    await process.open(other, file);
    expect(await rowOf(file.request.id)).toEqual(before);
    expect(process.decisions(file.request.id)).toEqual([]);
    expect(await process.counted('tollgate_diverged_total')).toBe(2);
    expect(process.logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        fields: { requestId: file.request.id, topic: 'route.resolved' },
      }),
    );
  });

  it('raises the alarm too where both come in one batch; the first one rules', async () => {
    const process = await store.process();
    const file = aFile();
    await process.open(file, { ...file, route: { ...file.route, decider: 'automation', plan: [] } });
    expect(await rowOf(file.request.id)).toMatchObject({ status: 'pending' });
    expect(await process.counted('tollgate_diverged_total')).toBe(1);
  });

  it('keeps nothing of a batch with a record that will never do', async () => {
    const good = aFile();
    const bad = aFile({ plan: [aStep(['erin'], { timeout: 'soon' })] });
    await expect(notifier.open(good, bad)).rejects.toThrow(PermanentError);
    expect(await rowOf(good.request.id)).toBeUndefined();
  });

  it('refuses a request that names a revision which was never published', async () => {
    await expect(notifier.open(aFile({}, { policyRevision: 99 }))).rejects.toThrow(PermanentError);
  });

  it('opens a batch larger than any statement', async () => {
    const files = Array.from({ length: 700 }, () => aFile());
    await notifier.open(...files);
    const [row] = await store.admin(
      'SELECT count(*)::int AS count FROM approval WHERE request_id = ANY ($1)',
      [files.map(({ request }) => request.id)],
    );
    expect(row).toEqual({ count: 700 });
  });
});

describe('a withdrawal', () => {
  it('cancels what waits for people', async () => {
    const file = aFile();
    await notifier.open(file);
    await notifier.withdraw(file.request.id);
    expect(notifier.decisions(file.request.id)).toMatchObject([
      { outcome: 'cancelled', decidedBy: 'requester', explanation: 'Withdrawn by ci-bot.' },
    ]);
    expect(await rowOf(file.request.id)).toMatchObject({ status: 'closed' });
  });

  it.each(['people', 'automation', 'deny'] as const)(
    'that comes before its route decides when %s would',
    async (decider) => {
      const file = aFile({ decider });
      await notifier.withdraw(file.request.id);
      expect(notifier.decisions(file.request.id)).toEqual([]);
      await notifier.open(aFile(), file, aFile());
      const [decided] = notifier.relay.about('decision.made', file.request.id);
      expect(decided?.data.decision).toMatchObject({ outcome: 'cancelled', decidedBy: 'requester' });
      expect(decided?.causationid).toBe(withdrawn(file.request.id).id);
      await notifier.open(file);
      await notifier.withdraw(file.request.id);
      expect(notifier.decisions(file.request.id)).toHaveLength(1);
    },
  );

  it('changes nothing after the decision', async () => {
    const file = aFile({ decider: 'automation', plan: [] });
    await notifier.open(file);
    await notifier.withdraw(file.request.id, file.request.id);
    expect(notifier.decisions(file.request.id)).toMatchObject([{ outcome: 'approved' }]);
  });

  it('that differs from the first one raises the alarm', async () => {
    const process = await store.process();
    const file = aFile();
    await process.cancelApprovals.cancel([withdrawn(file.request.id)]);
    await process.cancelApprovals.cancel([withdrawn(file.request.id, { reason: 'another' })]);
    expect(await process.counted('tollgate_diverged_total')).toBe(1);
  });

  it('and its route at the same time, in two processes, always cancel', async () => {
    const other = await store.process();
    const files = Array.from({ length: 500 }, () => aFile());
    await inChunks(files, 5, (file) => Promise.all([notifier.open(file), other.withdraw(file.request.id)]));
    const outcomes = new Map<string, string[]>(files.map(({ request }) => [request.id, []]));
    for (const { relay } of [notifier, other]) {
      for (const { data } of relay.events('decision.made'))
        outcomes.get(data.request.id)?.push(data.decision.outcome);
    }
    expect([...outcomes.values()].filter((made) => made.join() !== 'cancelled')).toEqual([]);
  });
});

describe('the service’s role', () => {
  it.each([
    'UPDATE vote SET counted = false',
    'DELETE FROM vote',
    'DELETE FROM approval',
    'TRUNCATE mail',
    'DELETE FROM withdrawal',
  ])('may not %s', async (statement) => {
    await expect(notifier.dataSource.query(statement)).rejects.toThrow(/permission denied/);
  });
});
