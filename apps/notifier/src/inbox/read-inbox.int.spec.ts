import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RouteResolved } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { WaitingApprovals } from '../approvals-api/waiting-approvals.js';
import { type placeOf } from '../approvals-api/list-cursor.js';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';
import { type InboxList } from './inbox-query.js';
import { ReadInbox } from './read-inbox.js';
import { FIRST_PLACE, type WaitingFilter, waitingKeys } from './waiting-keys.store.js';

jest.setTimeout(60_000);

let store: TestStore;
let notifier: TestProcess;
let inbox: ReadInbox;

beforeAll(async () => {
  store = await TestStore.create('inbox', servers);
  notifier = await store.process();
  inbox = new ReadInbox(notifier.dataSource);
});
afterAll(() => store.drop());

const idsOf = async (person: string, list: InboxList, filter: WaitingFilter = {}): Promise<string[]> => {
  const { content } = await inbox.page(person, { list, filter, faults: [] }, 50);
  return content.rows.map(({ requestId }) => requestId);
};
const hours = (persons: string[], timeout: number, request: Partial<RouteResolved['request']> = {}) =>
  aFile({ plan: [aStep(persons, { timeout: `PT${timeout}H` })] }, request);
const ids = (...files: RouteResolved[]): string[] => files.map(({ request }) => request.id);

/** Each spec begins with nothing that waits. */
afterEach(async () => {
  const waiting = await store.admin<{ request_id: string }>(
    `SELECT request_id FROM approval WHERE status = 'pending'`,
  );
  await notifier.withdraw(...waiting.map((row) => row.request_id));
});
const me = 'grace';

describe('what waits for me', () => {
  it('is what I am asked of and have not answered, by deadline; then it waits for others', async () => {
    const files = [3, 1, 2].map((timeout) =>
      aFile({
        plan: [
          aStep(['grace', 'heidi'], {
            timeout: `PT${timeout}H`,
            quorum: { kind: 'people', count: 2, from: ['role:cto'] },
          }),
        ],
      }),
    );
    const [three = '', one = '', two = ''] = ids(...files);
    await notifier.open(...files);
    expect(await idsOf('grace', 'mine')).toEqual([one, two, three]);
    expect(await idsOf('grace', 'others')).toEqual([]);

    await notifier.vote(two, 'grace', 'approve');
    expect(await idsOf('grace', 'mine')).toEqual([one, three]);
    expect(await idsOf('grace', 'others')).toEqual([two]);
    expect(await idsOf('heidi', 'mine')).toEqual([one, two, three]);

    // What does not count is no answer; a change of mind is none less.
    await notifier.castVotes.cast({
      ...{ requestId: one, person: 'grace', verdict: 'approve', reason: '', authentication: 'link' },
      contentHash: '0'.repeat(64),
    });
    await notifier.vote(two, 'grace', 'abstain');
    expect(await idsOf('grace', 'mine')).toEqual([one, three]);

    await notifier.vote(two, 'heidi', 'deny');
    await notifier.withdraw(three);
    expect(await idsOf('grace', 'mine')).toEqual([one]);
    expect(await idsOf('grace', 'others')).toEqual([]);
  });

  it('is what the API lists, too', async () => {
    const files = [2, 1].map((timeout) => hours([me], timeout));
    await notifier.open(...files);
    const { items } = await new WaitingApprovals(notifier.dataSource).page(me, 50);
    expect(items.map(({ requestId }) => requestId)).toEqual(ids(...files).toReversed());
    expect(items[0]?.waitingFor).toContain('cto');
  });

  it('begins with my stage; until then, and in another step, it waits for others', async () => {
    const staged = aFile({ plan: [{ ...STAGED, onSilence: 'next' }, aStep(['alice'])] });
    const { id } = staged.request;
    await notifier.open(staged);
    const where = async (person: string) =>
      (['mine', 'others'] as const).map(async (list) =>
        (await idsOf(person, list)).includes(id) ? list : '',
      );
    const place = async (person: string) => (await Promise.all(await where(person))).join('');
    expect([await place('bob'), await place('dave'), await place('alice')]).toEqual([
      'mine',
      'others',
      'others',
    ]);
    await notifier.vote(id, 'bob', 'approve');
    await notifier.vote(id, 'erin', 'approve');
    expect([await place('bob'), await place('carol'), await place('dave')]).toEqual([
      'others',
      'mine',
      'mine',
    ]);
    await store.makeDue(id);
    await notifier.timers.fireDue();
    expect([await place('bob'), await place('dave'), await place('alice')]).toEqual([
      'others',
      'others',
      'mine',
    ]);
    await notifier.vote(id, 'alice', 'approve');
    expect([await place('bob'), await place('alice')]).toEqual(['', '']);
  });

  it('is also what I am asked for somebody who is away, until either of us answers', async () => {
    const file = aFile({
      plan: [aStep(['carol', 'erin'], { quorum: { kind: 'people', count: 2, from: ['role:cto'] } })],
    });
    const { id } = file.request;
    await notifier.open(file);
    const declared = await notifier.delegations.declare({
      from: 'carol',
      to: 'heidi',
      requestId: id,
      reason: '',
      declaredBy: 'carol',
      declaredAs: 'person',
    });
    expect(declared.kind).toBe('declared');
    await notifier.askAnew.due();
    expect(await idsOf('heidi', 'mine')).toContain(id);
    const { content } = await inbox.page('heidi', { list: 'mine', filter: {}, faults: [] }, 50);
    expect(content.rows.find(({ requestId }) => requestId === id)).toMatchObject({ standsFor: ['carol'] });
    await notifier.voteFor(id, 'heidi', 'carol', 'approve');
    expect(await idsOf('heidi', 'mine')).not.toContain(id);
    expect(await idsOf('carol', 'mine')).not.toContain(id);
    expect(await idsOf('erin', 'mine')).toContain(id);
  });
});

describe('pages', () => {
  it('have each once, also where one opens or is decided meanwhile', async () => {
    const files = Array.from({ length: 7 }, (_, index) => hours([me], index + 1));
    // Two at the same instant are told apart by their ids.
    await notifier.open(...files);
    await store.admin(
      `UPDATE approval SET deadline = (SELECT min(deadline) FROM approval WHERE request_id = ANY ($1)) WHERE request_id = ANY ($2)`,
      [ids(...files), ids(...files.slice(0, 4))],
    );
    const seen: string[] = [];
    let after: ReturnType<typeof placeOf>;
    for (let page = 0; page < 10; page += 1) {
      const { content, next } = await inbox.page(
        me,
        { list: 'mine', filter: {}, faults: [], ...(after === undefined ? {} : { after }) },
        2,
      );
      seen.push(...content.rows.map(({ requestId }) => requestId));
      if (next === undefined) break;
      after = next;
      if (page === 0) {
        await notifier.open(hours([me], 1));
        await notifier.withdraw(seen[0] ?? '');
      }
    }
    expect(new Set(seen).size).toBe(seen.length);
    for (const id of ids(...files)) expect(seen).toContain(id);
  });
});

describe('filters', () => {
  it('narrow every list, alone and together', async () => {
    const [deploy, staging, risky, other] = [
      hours([me], 1),
      hours([me], 2, { environment: 'staging' }),
      aFile({
        plan: [aStep([me], { timeout: 'PT3H' })],
        riskLevel: { claimed: 'low', effective: 'critical' },
      }),
      hours([me], 5, { action: 'restart', requester: 'Nightly-Build', environment: 'staging' }),
    ];
    const all = [deploy, staging, risky, other];
    await notifier.open(...all);
    const cases: [WaitingFilter, RouteResolved[]][] = [
      [{}, all],
      [{ action: 'restart' }, [other]],
      [{ environment: 'staging' }, [staging, other]],
      [{ risk: 'critical' }, [risky]],
      [{ requester: 'ly-bu' }, [other]],
      [{ requester: 'CI' }, [deploy, staging, risky]],
      [{ environment: 'staging', requester: 'ci-' }, [staging]],
      [{ action: 'restart', risk: 'critical' }, []],
      [{ requester: '%' }, []],
      [{ action: 'rest' }, []],
    ];
    for (const [filter, expected] of cases) expect(await idsOf(me, 'mine', filter)).toEqual(ids(...expected));
  });

  it('find a requester by the name of a contact', async () => {
    await store.admin(
      `INSERT INTO contact (person, name, email, zone) VALUES ('z-17', 'Zoë Zeller', 'z@example.test', 'UTC')`,
    );
    const file = hours([me], 1, { requester: 'z-17' });
    await notifier.open(file, hours([me], 2));
    expect(await idsOf(me, 'mine', { requester: 'zoë' })).toEqual(ids(file));
  });
});

describe('both ways to find what waits', () => {
  it('answer the same', async () => {
    const [mine, others] = [
      hours([me], 900),
      aFile({ plan: [aStep(['bob'], { timeout: 'PT900H' }), aStep([me])] }),
    ];
    await notifier.open(mine, others);
    // More than are looked through one by one, all of them earlier.
    await store.admin(
      `INSERT INTO approval (request_id, status, step, approvers, people, data, event_id, opened_at, deadline, mail_owed)
       SELECT gen_random_uuid(), 'pending', 0, ARRAY['nobody'], ARRAY['nobody'], '{}', gen_random_uuid(), now(),
              now() + number * interval '1 s', false FROM generate_series(1, 4100) AS number`,
    );
    expect(await idsOf(me, 'mine')).toEqual(ids(mine));
    expect(await idsOf(me, 'others')).toEqual(ids(others));
    expect(await idsOf(me, 'mine', { environment: 'production', requester: 'ci' })).toEqual(ids(mine));
    const keys = await waitingKeys.find(notifier.dataSource, 'nobody', 'mine', {}, FIRST_PLACE, 10);
    expect(keys).toHaveLength(10);
    await store.admin(`DELETE FROM approval WHERE approvers = ARRAY['nobody']`);
  });
});

describe('what I decided', () => {
  it('has each request once, by my last vote, the newest first, open or not', async () => {
    const file = () =>
      aFile({
        plan: [aStep(['dave', 'alice'], { quorum: { kind: 'people', count: 2, from: ['role:cto'] } })],
      });
    const [open, closed, late] = [file(), file(), file()];
    await notifier.open(open, closed, late);
    const [first = '', second = '', third = ''] = ids(open, closed, late);
    await notifier.vote(first, 'dave', 'deny' as const, 'no');
    await notifier.vote(second, 'dave', 'approve');
    await notifier.vote(third, 'alice', 'deny');
    await notifier.vote(second, 'dave', 'abstain', 'on second thought');
    await notifier.vote(third, 'dave', 'approve');
    const { content } = await inbox.page('dave', { list: 'decided', filter: {}, faults: [] }, 50);
    expect(content.rows).toMatchObject([
      {
        requestId: third,
        verdict: 'approve',
        uncounted: expect.stringContaining('after the decision'),
        outcome: { kind: 'denied' },
      },
      { requestId: second, verdict: 'abstain', reason: 'on second thought' },
      { requestId: first, verdict: 'deny', outcome: { kind: 'denied' } },
    ]);
    expect(content.rows[1]).not.toHaveProperty('outcome');

    const page = async (after?: ReturnType<typeof placeOf>) =>
      inbox.page(
        'dave',
        { list: 'decided', filter: {}, faults: [], ...(after === undefined ? {} : { after }) },
        2,
      );
    const one = await page();
    const two = await page(one.next);
    expect([...one.content.rows, ...two.content.rows].map(({ requestId }) => requestId)).toEqual([
      third,
      second,
      first,
    ]);
    expect(two.next).toBeUndefined();
    expect(await idsOf('dave', 'decided', { action: 'restart' })).toEqual([]);
    expect(await idsOf('dave', 'decided', { action: 'deploy_prod', requester: 'ci' })).toEqual([
      third,
      second,
      first,
    ]);
  });
});
