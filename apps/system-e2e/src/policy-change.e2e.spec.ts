import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PolicyPublished, type RequestStatusDocument, type Verdict } from '@tollgate/contracts';
import { waitUntil } from '@tollgate/servers';
import { tokenOf, vote } from './approver/vote-by-token.js';
import { bearer, call, statusOf, submit } from './system/intake-client.js';
import { ledgerHas } from './system/ledger-client.js';
import { type RunningSystem, startSystem } from './system/running-system.js';

type Line = Readonly<Record<string, unknown>>;
type Documents = Pick<PolicyPublished, 'policy' | 'directory'>;

let system: RunningSystem;
/** Of the demo's producer, whose owner is alice. */
let aliceKey: string;
/** Of a producer whose owner, bob, may decide on policies. */
let bobKey: string;

const send = <Body>(path: string, key: string, body?: unknown, headers: Record<string, string> = {}) =>
  call<Body>(`${system.stack.urls.intake}${path}`, {
    headers: {
      ...bearer(key),
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
const operate = <Body>(path: string, body: unknown) =>
  send<Body>(path, system.stack.credentials.operatorKey, body);
const ruling = async (): Promise<PolicyPublished> =>
  (await send<PolicyPublished>('/v1/policy', aliceKey)).body;
const propose = (documents: Documents, key = aliceKey) =>
  send<RequestStatusDocument>('/v1/policy', key, { ...documents, reason: 'a change of policy' });

/** The ruling documents with other lines: those with a known id replace it, others come last. */
async function withLines(...lines: readonly Line[]): Promise<Documents> {
  const { policy, directory } = await ruling();
  const matrix = (policy['matrix'] as Line[]).map(
    (line) => lines.find(({ id }) => id === line['id']) ?? line,
  );
  const ids = new Set(matrix.map(({ id }) => id));
  const added = lines.filter(({ id }) => !ids.has(id));
  return { policy: { ...policy, matrix: [...matrix, ...added] } as Documents['policy'], directory };
}
const automatic = (action: string): Line => ({
  id: action,
  action,
  riskLevel: '*',
  environment: '*',
  decide: 'automation',
});

/** Votes as soon as the person can be asked at all. */
async function voteOf(person: string, requestId: string, verdict: Verdict = 'approve') {
  const token = await tokenOf(system.stack, person);
  let answer = await vote(system.stack, token, requestId, verdict);
  await waitUntil(
    `the approval of ${requestId}`,
    async () => {
      if (answer.status === 404) answer = await vote(system.stack, token, requestId, verdict);
      return answer.status !== 404;
    },
    20_000,
  );
  return answer;
}

/** Waits until somebody is asked, so that a 404 means: not this person. */
const isAsked = (requestId: string, person: string) =>
  waitUntil(
    `${person} to be asked`,
    async () => (await statusOf(system.stack, requestId)).asked.some((asked) => asked.person === person),
    20_000,
  );

beforeAll(async () => {
  system = await startSystem();
  const scopes = ['policy:propose'];
  aliceKey = (await operate<{ key: string }>('/v1/producers/ci-bot/keys', { scopes })).body.key;
  await operate('/v1/producers', { name: 'lead-bot', owner: 'bob' });
  bobKey = (await operate<{ key: string }>('/v1/producers/lead-bot/keys', { scopes })).body.key;
}, 150_000);
afterAll(() => system?.stop(), 60_000);

describe('a change of policy', () => {
  it('rules at once when it is released, and the router goes by it', async () => {
    const first = await ruling();
    const before = await submit(system.stack, {
      action: 'first_action',
      environment: 'e2e',
      riskLevel: 'low',
      reason: 'before',
    });
    expect(await statusOf(system.stack, before.body.id, 20)).toMatchObject({ status: 'denied' });
    const proposed = await propose(
      await withLines(automatic('first_action'), {
        id: 'policy-publish',
        action: 'policy.publish',
        riskLevel: '*',
        environment: '*',
        decide: { allOf: ['team-lead', { anyOf: ['vp-engineering', 'cto'] }] },
      }),
    );
    expect(proposed).toMatchObject({ status: 202, body: { action: 'policy.publish' } });
    const { id } = proposed.body;
    await isAsked(id, 'erin');
    expect(await voteOf('erin', id)).toMatchObject({ status: 200, body: { counted: true } });
    expect(await statusOf(system.stack, id, 20)).toMatchObject({ status: 'released' });

    const releasedAt = performance.now();
    let routed: RequestStatusDocument | undefined;
    await waitUntil(
      'a request by the new line',
      async () => {
        const { body } = await submit(system.stack, {
          action: 'first_action',
          environment: 'e2e',
          riskLevel: 'low',
          reason: 'after',
        });
        routed = await statusOf(system.stack, body.id, 20);
        return routed.status === 'released';
      },
      10_000,
    );
    // What was promised of a new revision, to those who wait for it.
    expect(performance.now() - releasedAt).toBeLessThan(1_000);
    expect(routed).toMatchObject({ decision: { decidedBy: 'automation', policyRevision: 2 } });

    expect(await ruling()).toMatchObject({
      revision: 2,
      origin: 'approved',
      requestId: id,
      approvedBy: ['erin'],
    });
    expect((await send('/v1/policy/revisions/1', aliceKey)).body).toEqual(first);
    const records = await ledgerHas(system.stack, 'the paper trail of the change', { requestId: id }, (all) =>
      ['policy.proposed', 'policy.published'].every((topic) =>
        all.some(({ place }) => place.topic === topic),
      ),
    );
    expect(records.map(({ place }) => place.topic)).toEqual(
      expect.arrayContaining(['request.submitted', 'vote.cast', 'decision.made', 'action.released']),
    );
  });

  it('takes two people where the ruling line says so, and never the owner of who proposes', async () => {
    const { body } = await propose(await withLines(automatic('second_action')), bobKey);
    await isAsked(body.id, 'dave');
    const { asked } = await statusOf(system.stack, body.id);
    expect(asked.map(({ person }) => person).toSorted()).toEqual(['carol', 'dave', 'erin']);
    const token = await tokenOf(system.stack, 'bob');
    const own = await vote(system.stack, token, body.id, 'approve');
    expect([403, 404, 409]).toContain(own.status);

    expect(await voteOf('dave', body.id)).toMatchObject({ status: 200, body: { counted: true } });
    expect(await statusOf(system.stack, body.id)).toMatchObject({ status: 'pending' });
    expect(await voteOf('carol', body.id)).toMatchObject({ status: 200 });
    expect(await statusOf(system.stack, body.id, 20)).toMatchObject({ status: 'released' });
    await waitUntil('revision 3', async () => (await ruling()).revision === 3, 10_000);
    expect(await ruling()).toMatchObject({ approvedBy: ['carol', 'dave'], requestId: body.id });
  });

  it('is blocked by the gate once another revision rules', async () => {
    const [one, two] = await Promise.all([
      propose(await withLines(automatic('third_action'))),
      propose(await withLines(automatic('fourth_action'))),
    ]);
    for (const { body } of [one, two]) {
      await isAsked(body.id, 'bob');
      await voteOf('bob', body.id);
    }
    await voteOf('erin', one.body.id);
    expect(await statusOf(system.stack, one.body.id, 20)).toMatchObject({ status: 'released' });
    await waitUntil(
      'the notifier to know revision 4',
      async () =>
        JSON.stringify((await call(`${system.stack.urls.notifier}/health/ready`)).body).includes(
          'revision 4',
        ),
      10_000,
    );
    await voteOf('erin', two.body.id);
    expect(await statusOf(system.stack, two.body.id, 20)).toMatchObject({
      status: 'blocked',
      explanation: expect.stringMatching(/policy-is-current.*revision 3.*revision 4 rules/),
    });
    expect((await ruling()).revision).toBe(4);
  });

  it('needs nobody to deactivate a person, who decides nothing from then on', async () => {
    const { body } = await submit(system.stack, {
      action: 'deploy_prod',
      environment: 'production',
      riskLevel: 'low',
      target: { region: 'eu-west' },
      reason: 'asked before',
    });
    await isAsked(body.id, 'dave');
    const answer = await operate('/v1/policy/deactivate', { person: 'dave', reason: 'has left' });
    expect(answer).toMatchObject({ status: 200, body: { active: false, revision: 5, changed: true } });
    const token = await tokenOf(system.stack, 'dave');
    await waitUntil(
      'the notifier to know revision 5',
      async () =>
        JSON.stringify((await call(`${system.stack.urls.notifier}/health/ready`)).body).includes(
          'revision 5',
        ),
      10_000,
    );
    const refused = await vote(system.stack, token, body.id, 'approve');
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await statusOf(system.stack, body.id)).toMatchObject({ status: 'pending' });
    await voteOf('bob', body.id, 'deny');
  });
});
