import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type DelegationDeclared, type PlanStep } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';
import { type Declaration } from './delegations.js';

jest.setTimeout(60_000);

const HOUR_MS = 60 * 60 * 1000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

let store: TestStore;
let notifier: TestProcess;

const opened = async (...plan: PlanStep[]): Promise<string> => {
  const file = aFile({ plan });
  await notifier.open(file);
  return file.request.id;
};
const absence = (from: string, to: string, given: Partial<Declaration> = {}): Declaration => ({
  from,
  to,
  endsAt: inHours(2),
  reason: 'away',
  declaredBy: from,
  declaredAs: 'person',
  authentication: 'signed-in',
  ...given,
});
async function declared(declaration: Declaration, process = notifier): Promise<DelegationDeclared> {
  const outcome = await process.delegations.declare(declaration);
  if (outcome.kind !== 'declared') throw new Error(`not declared: ${JSON.stringify(outcome)}`);
  return outcome.delegation;
}
const forRequest = (requestId: string, from: string, to: string): Declaration => ({
  from,
  to,
  requestId,
  reason: 'in hospital',
  declaredBy: 'operator',
  declaredAs: 'operator',
});
async function askedBy(requestId: string): Promise<{ approvers: string[]; absent: string[] | null }> {
  const [row] = await store.admin<{ approvers: string[]; absent: string[] | null }>(
    'SELECT approvers, absent FROM approval WHERE request_id = $1',
    [requestId],
  );
  if (row === undefined) throw new Error('no such approval');
  return row;
}
const applyDue = async (process = notifier): Promise<void> => {
  while ((await process.askAnew.due()) > 0);
};
/** Moves the times of every delegation, as if so much had passed. */
const letPass = (hours: number): Promise<unknown> =>
  store.admin(
    `UPDATE delegation SET starts_at = starts_at - $1 * interval '1 hour', ends_at = ends_at - $1 * interval '1 hour',
       declared_at = declared_at - $1 * interval '1 hour', apply_at = apply_at - $1 * interval '1 hour'`,
    [hours],
  );

describe('an absence', () => {
  beforeEach(async () => {
    store = await TestStore.create('absence', servers);
    notifier = await store.process();
  });
  afterEach(() => store.drop());

  it('lets the delegate vote: bob for alice, on record in vote and decision', async () => {
    const { id: delegation } = await declared(absence('erin', 'bob'));
    const id = await opened(aStep(['erin']));
    expect(await askedBy(id)).toEqual({ approvers: ['erin', 'bob'], absent: ['erin'] });
    expect(await notifier.vote(id, 'bob', 'approve')).toMatchObject({ kind: 'counted', status: 'closed' });
    expect(notifier.decisions(id)).toMatchObject([
      {
        outcome: 'approved',
        votes: [{ person: 'bob', onBehalfOf: 'erin', delegation, counted: true }],
        explanation: 'Approved by bob for erin.',
      },
    ]);
    expect(notifier.relay.about('vote.cast', id)[0]?.data.vote).toMatchObject({
      person: 'bob',
      onBehalfOf: 'erin',
    });
    expect(notifier.relay.events('delegation.declared').map(({ data }) => data)).toMatchObject([
      { id: delegation, from: 'erin', to: 'bob', declaredAs: 'person', authentication: 'signed-in' },
    ]);
  });

  it('asks the delegate of what waits already, once it begins, and is over when it ends', async () => {
    const id = await opened(aStep(['erin']));
    await declared(absence('erin', 'bob', { startsAt: inHours(1), endsAt: inHours(2) }));
    await applyDue();
    expect(await askedBy(id)).toEqual({ approvers: ['erin'], absent: null });
    expect(await notifier.vote(id, 'bob', 'approve')).toMatchObject({
      kind: 'uncounted',
      why: 'delegation',
      words: expect.stringMatching(/from erin to bob begins at/),
    });
    await letPass(1);
    await applyDue();
    expect(await askedBy(id)).toEqual({ approvers: ['erin', 'bob'], absent: ['erin'] });
    await letPass(1);
    await applyDue();
    expect(await askedBy(id)).toEqual({ approvers: ['erin'], absent: null });
    expect(await notifier.vote(id, 'bob', 'deny')).toMatchObject({
      why: 'delegation',
      words: expect.stringMatching(/ended at/),
    });
    expect(notifier.decisions(id)).toEqual([]);
    expect(notifier.askedAnew).toBe(2);
  });

  it('does not hold where the request excludes the delegate, and the absent person stays asked', async () => {
    await declared(absence('erin', 'alice'));
    const id = await opened(aStep(['erin']));
    expect(await askedBy(id)).toEqual({ approvers: ['erin'], absent: null });
    expect(await notifier.vote(id, 'alice', 'approve')).toMatchObject({
      kind: 'uncounted',
      why: 'delegation',
      words: expect.stringMatching(/alice owns the credential/),
    });
    expect(await notifier.vote(id, 'erin', 'approve')).toMatchObject({ status: 'closed' });
  });

  it('is no chain: the delegate of an absent delegate is not asked, and the absent person is', async () => {
    await declared(absence('erin', 'bob'));
    await declared(absence('bob', 'carol'));
    const id = await opened(aStep(['erin']));
    expect(await askedBy(id)).toEqual({ approvers: ['erin', 'bob'], absent: null });
    expect(await notifier.vote(id, 'carol', 'approve')).toEqual({ kind: 'stranger' });
    expect(await notifier.voteFor(id, 'carol', 'erin', 'approve')).toEqual({ kind: 'no-delegate' });
  });

  it('reaches the people of a later stage, and of a later step', async () => {
    await declared(absence('dave', 'grace'));
    const staged = await opened(STAGED);
    await notifier.vote(staged, 'bob', 'approve');
    await notifier.vote(staged, 'erin', 'approve');
    expect(await askedBy(staged)).toMatchObject({ absent: ['dave'] });
    expect(await notifier.vote(staged, 'grace', 'approve')).toMatchObject({ status: 'closed' });

    const steps = await opened(aStep(['erin'], { onSilence: 'next' }), aStep(['dave']));
    await store.makeDue(steps);
    await notifier.timers.fireDue();
    expect(await askedBy(steps)).toEqual({ approvers: ['dave', 'grace'], absent: ['dave'] });
  });

  it('bothers the absent person where the delegate has a voice already and one more is needed', async () => {
    await declared(absence('erin', 'bob'));
    const two = await opened(
      aStep(['erin', 'bob'], { quorum: { kind: 'people', count: 2, from: ['role:cto'] } }),
    );
    const one = await opened(aStep(['erin', 'bob']));
    expect(await askedBy(two)).toEqual({ approvers: ['erin', 'bob'], absent: null });
    expect(await askedBy(one)).toEqual({ approvers: ['erin', 'bob'], absent: ['erin'] });
    await notifier.vote(two, 'bob', 'approve');
    expect(await notifier.voteFor(two, 'bob', 'erin', 'approve')).toEqual({
      kind: 'counted',
      status: 'pending',
    });
    expect(await notifier.vote(two, 'erin', 'approve')).toEqual({ kind: 'counted', status: 'pending' });
    expect(await notifier.vote(two, 'bob', 'approve')).toMatchObject({ status: 'closed' });
    expect(
      notifier
        .decisions(two)[0]
        ?.votes.map(({ person, onBehalfOf, counted, why }) => [person, onBehalfOf, counted, why]),
    ).toEqual([
      ['bob', undefined, false, 'Replaced by a later vote of the same person.'],
      ['bob', 'erin', false, 'Replaced by a later vote of the same person.'],
      ['erin', undefined, true, undefined],
      ['bob', undefined, true, undefined],
    ]);
  });

  it('of two people with one delegate asks for whom, and counts once', async () => {
    await declared(absence('erin', 'bob'));
    await declared(absence('dave', 'bob'));
    const quorum: PlanStep['quorum'] = { kind: 'people', count: 2, from: ['role:cto'] };
    const id = await opened(aStep(['erin', 'dave'], { quorum }));
    expect(await askedBy(id)).toMatchObject({ absent: ['erin'] });
    expect(await notifier.vote(id, 'bob', 'approve')).toEqual({ kind: 'for-whom', voices: ['erin', 'dave'] });
    await notifier.voteFor(id, 'bob', 'erin', 'approve');
    expect(await notifier.voteFor(id, 'bob', 'dave', 'approve')).toEqual({
      kind: 'counted',
      status: 'pending',
    });
    expect(await notifier.vote(id, 'erin', 'approve')).toMatchObject({ status: 'closed' });
  });

  it('yields to the person: once they voted, nobody votes for them', async () => {
    await declared(absence('erin', 'bob'));
    const id = await opened(
      aStep(['erin', 'carol'], {
        quorum: { kind: 'denials', count: 2, in: { kind: 'one', from: 'role:cto' } },
      }),
    );
    await notifier.vote(id, 'bob', 'deny');
    await notifier.vote(id, 'erin', 'abstain');
    expect(await notifier.vote(id, 'bob', 'deny')).toEqual({
      kind: 'uncounted',
      why: 'in-person',
      words: 'erin voted in person.',
    });
    expect(await notifier.vote(id, 'carol', 'approve')).toMatchObject({ status: 'closed' });
    expect(notifier.decisions(id)[0]).toMatchObject({
      outcome: 'approved',
      votes: [
        { person: 'bob', counted: false, why: 'erin voted in person.' },
        { person: 'erin', counted: true },
        { person: 'bob', counted: false },
        { person: 'carol', counted: true },
      ],
    });
  });
});

describe('a reassignment', () => {
  beforeAll(async () => {
    store = await TestStore.create('reassign', servers);
    notifier = await store.process();
  });
  afterAll(() => store.drop());

  it('asks another person of one request alone, on record as declared by an operator', async () => {
    const id = await opened(aStep(['erin']));
    const other = await opened(aStep(['erin']));
    const delegation = await declared(forRequest(id, 'erin', 'bob'));
    await applyDue();
    expect(await askedBy(id)).toEqual({ approvers: ['erin', 'bob'], absent: ['erin'] });
    expect(await askedBy(other)).toEqual({ approvers: ['erin'], absent: null });
    expect(await notifier.voteFor(other, 'bob', 'erin', 'approve')).toEqual({ kind: 'no-delegate' });
    expect(await notifier.vote(id, 'bob', 'approve')).toMatchObject({ status: 'closed' });
    expect(notifier.relay.about('delegation.declared', id).map(({ data }) => data)).toEqual([delegation]);
    expect(delegation).toMatchObject({ declaredAs: 'operator', declaredBy: 'operator', requestId: id });
  });

  it('is refused to whom the request excludes, of whom it does not ask, and once it is decided', async () => {
    const id = await opened(aStep(['erin']));
    expect(await notifier.delegations.declare(forRequest(id, 'erin', 'alice'))).toMatchObject({
      kind: 'refused',
      faults: [{ pointer: '/to', detail: expect.stringMatching(/owns the credential/) }],
    });
    expect(await notifier.delegations.declare(forRequest(id, 'carol', 'bob'))).toMatchObject({
      kind: 'refused',
      faults: [{ pointer: '/from', detail: expect.stringMatching(/not asked/) }],
    });
    expect(await notifier.delegations.declare(forRequest(aFile().request.id, 'erin', 'bob'))).toEqual({
      kind: 'not-open',
      status: 'unknown',
    });
    await notifier.vote(id, 'erin', 'approve');
    expect(await notifier.delegations.declare(forRequest(id, 'erin', 'bob'))).toEqual({
      kind: 'not-open',
      status: 'closed',
    });
  });

  it('said again is the same one, and can be ended by the person', async () => {
    const id = await opened(aStep(['erin']));
    const { id: delegation } = await declared(forRequest(id, 'erin', 'bob'));
    expect(await notifier.delegations.declare(forRequest(id, 'erin', 'bob'))).toMatchObject({
      kind: 'repeated',
      delegation: { id: delegation },
    });
    await applyDue();
    expect(await notifier.delegations.revoke(delegation, 'bob')).toEqual({ kind: 'unknown' });
    expect(await notifier.delegations.revoke(delegation, 'erin')).toMatchObject({
      kind: 'revoked',
      delegation: { revokedBy: 'erin' },
    });
    expect(await notifier.delegations.revoke(delegation, 'erin')).toMatchObject({ kind: 'ended-before' });
    await applyDue();
    expect(await askedBy(id)).toEqual({ approvers: ['erin'], absent: null });
    expect(await notifier.vote(id, 'bob', 'approve')).toMatchObject({
      why: 'delegation',
      words: expect.stringMatching(/was revoked at/),
    });
    expect(notifier.relay.about('delegation.declared', id).map(({ data }) => data.revokedBy)).toEqual([
      undefined,
      'erin',
    ]);
    const ids = notifier.relay.about('delegation.declared', id).map((event) => event.id);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('when somebody leaves', () => {
  beforeEach(async () => {
    store = await TestStore.create('left', servers);
    notifier = await store.process();
  });
  afterEach(() => store.drop());

  it.each([
    ['the delegate', 'bob'],
    ['the person', 'erin'],
  ])('%s, then the delegation ends for good, and no vote rests on it', async (_, gone) => {
    const { id: delegation } = await declared(absence('erin', 'bob'));
    const id = await opened(aStep(['erin', 'carol']));
    store.policy.deactivate(gone);
    expect(await notifier.voteFor(id, 'bob', 'erin', 'approve')).toMatchObject({ kind: 'uncounted' });
    expect(await notifier.askAnew.endOfThoseWhoLeft()).toBe(1);
    expect(await notifier.askAnew.endOfThoseWhoLeft()).toBe(0);
    await applyDue();
    expect((await askedBy(id)).approvers).not.toContain('bob');
    expect((await askedBy(id)).absent).toBeNull();
    store.policy.deactivate();
    expect(await notifier.voteFor(id, 'bob', 'erin', 'approve')).toMatchObject({ why: 'delegation' });
    expect(notifier.relay.events('delegation.declared').at(-1)?.data).toMatchObject({
      id: delegation,
      revokedWhy: `${gone} is not active in the directory any more.`,
    });
    expect(notifier.decisions(id)).toEqual([]);
  });
});
