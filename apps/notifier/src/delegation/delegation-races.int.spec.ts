import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type DelegationDeclared, type PlanStep } from '@tollgate/contracts';
import { evaluateQuorum, isInForce, voiceOf } from '@tollgate/policy';
import * as servers from '@tollgate/servers';
import { aFile, aStep } from '../testing/routes.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';

jest.setTimeout(120_000);

const ROUNDS = 150;
const rounds = Array.from({ length: ROUNDS }, (_, index) => index);
const tomorrow = (): string => new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString();

let store: TestStore;
let one: TestProcess;
let other: TestProcess;

beforeAll(async () => {
  store = await TestStore.create('delegation_races', servers);
  one = await store.process();
  other = await store.process();
});
afterAll(() => store.drop());

async function opened(count: number, plan: PlanStep): Promise<string[]> {
  const files = Array.from({ length: count }, () => aFile({ plan: [plan] }));
  await one.open(...files);
  return files.map(({ request: { id } }) => id);
}
const decisionsOn = (id: string) => [...one.decisions(id), ...other.decisions(id)];
async function absent(from: string, to: string): Promise<DelegationDeclared> {
  const outcome = await one.delegations.declare({
    ...{ from, to, endsAt: tomorrow(), reason: '' },
    ...{ declaredBy: from, declaredAs: 'person', authentication: 'signed-in' },
  });
  if (outcome.kind !== 'declared') throw new Error(JSON.stringify(outcome));
  return outcome.delegation;
}

describe("a person's own vote against a vote by their delegate", () => {
  it('leaves one of them counted, the own one wherever both came before the decision', async () => {
    const delegation = await absent('erin', 'bob');
    const plan = aStep(['erin', 'carol', 'dave'], {
      quorum: { kind: 'denials', count: 2, in: { kind: 'people', count: 2, from: ['role:cto'] } },
    });
    const ids = await opened(ROUNDS, plan);
    await Promise.all(
      ids.flatMap((id, index) => [
        one.voteFor(id, 'bob', 'erin', 'approve'),
        other.vote(id, 'erin', index % 2 === 0 ? 'deny' : 'abstain'),
      ]),
    );
    await Promise.all(ids.map((id) => one.vote(id, 'carol', 'approve')));
    const overtaken = ids.filter((id) => decisionsOn(id).length > 0);
    expect(overtaken).toEqual([]);
    await Promise.all(ids.map((id) => other.vote(id, 'erin', 'approve')));
    for (const id of ids) {
      const [decision, ...more] = decisionsOn(id);
      expect(more).toEqual([]);
      const counted = decision?.votes.filter((vote) => vote.counted) ?? [];
      expect(counted.map(({ person }) => person).toSorted()).toEqual(['carol', 'erin']);
      expect(evaluateQuorum(plan.quorum, plan.approvers, counted).state).toBe('approved');
    }
    await one.delegations.revoke(delegation.id, 'erin');
  });
});

describe('a revocation against a vote by the delegate', () => {
  it('lets the vote count exactly where it came before, by the times on record', async () => {
    let counted = 0;
    for (const round of rounds.slice(0, 60)) {
      const { id: delegation } = await absent('erin', 'bob');
      const [id = ''] = await opened(1, aStep(['erin']));
      const voting = one.vote(id, 'bob', 'approve');
      // Some come first for certain; the others race.
      if (round % 10 === 0) await voting;
      const [outcome, revoked] = await Promise.all([voting, other.delegations.revoke(delegation, 'erin')]);
      if (revoked.kind !== 'revoked') throw new Error('it was not revoked');
      const vote = one.relay.about('vote.cast', id)[0]?.data.vote;
      const at = Date.parse(vote?.at ?? '');
      expect(vote?.counted).toBe(isInForce(revoked.delegation, at));
      expect(outcome.kind).toBe(vote?.counted === true ? 'counted' : 'uncounted');
      expect(decisionsOn(id)).toHaveLength(vote?.counted === true ? 1 : 0);
      if (vote?.counted === true) counted += 1;
    }
    expect(counted).toBeGreaterThan(0);
  });

  it('ends the delegation for every vote that comes after its answer', async () => {
    for (const _ of rounds.slice(0, 30)) {
      const { id: delegation } = await absent('erin', 'bob');
      const [id = ''] = await opened(1, aStep(['erin']));
      await other.delegations.revoke(delegation, 'erin');
      expect(await one.vote(id, 'bob', 'approve')).toMatchObject({ kind: 'uncounted', why: 'delegation' });
      const [row] = await store.admin<{ late: boolean }>(
        'SELECT vote.at >= delegation.revoked_at AS late FROM vote JOIN delegation ON delegation.id = vote.delegation WHERE vote.request_id = $1',
        [id],
      );
      expect(row).toEqual({ late: true });
    }
  });
});

describe('declarations at once', () => {
  it('close no circle together, and nobody gets two delegates', async () => {
    const people = ['bob', 'carol', 'dave', 'erin', 'grace', 'heidi'];
    const outcomes = await Promise.all(
      people.flatMap((from, index) =>
        [1, 2, 3].map((step) =>
          (step % 2 === 0 ? one : other).delegations.declare({
            ...{ from, to: people[(index + step) % people.length] ?? '', endsAt: tomorrow(), reason: '' },
            ...{ declaredBy: from, declaredAs: 'person' },
          }),
        ),
      ),
    );
    const declared = outcomes.flatMap((outcome) => (outcome.kind === 'declared' ? [outcome.delegation] : []));
    expect(new Set(declared.map(({ from }) => from)).size).toBe(declared.length);
    const next = new Map(declared.map(({ from, to }) => [from, to]));
    for (const person of people) {
      let at = next.get(person);
      for (let steps = 0; at !== undefined && steps < people.length; steps += 1) {
        expect(at).not.toBe(person);
        at = next.get(at);
      }
      expect(at).toBeUndefined();
    }
    expect(declared.length).toBeGreaterThan(2);
    await Promise.all(declared.map(({ id, from }) => one.delegations.revoke(id, from)));
  });
});

describe('an absence that is declared while approvals are being opened', () => {
  it('overlooks none of them', async () => {
    const files = Array.from({ length: 400 }, () => aFile({ plan: [aStep(['erin'])] }));
    const opening = Promise.all(
      Array.from({ length: 20 }, (_, index) => one.open(...files.slice(index * 20, index * 20 + 20))),
    );
    const { id: delegation } = await absent('erin', 'bob');
    while ((await other.askAnew.due()) > 0);
    await opening;
    while ((await other.askAnew.due()) > 0);
    const rows = await store.admin<{ approvers: string[]; absent: string[] }>(
      `SELECT DISTINCT approvers, absent FROM approval WHERE request_id = ANY ($1)`,
      [files.map(({ request }) => request.id)],
    );
    expect(rows).toEqual([{ approvers: ['erin', 'bob'], absent: ['erin'] }]);
    await one.delegations.revoke(delegation, 'erin');
  });

  it('and two processes bring what waits in line at once, the same comes of it', async () => {
    const [id = ''] = await opened(1, aStep(['dave']));
    await absent('dave', 'grace');
    await Promise.all([one.askAnew.due(), other.askAnew.due()]);
    const [row] = await store.admin('SELECT approvers, absent FROM approval WHERE request_id = $1', [id]);
    expect(row).toEqual({ approvers: ['dave', 'grace'], absent: ['dave'] });
    expect(voiceOf({ person: 'grace', onBehalfOf: 'dave' })).toBe('dave');
  });
});
