import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeEvent, type DelegationDeclared, newDelegationId, newEvent, TOPICS } from '@tollgate/contracts';
import {
  createTopics,
  type DeadLetter,
  followTopic,
  type IncomingRecord,
  type KafkaConnection,
  LaneSender,
  listDeadLetters,
  outgoing,
  resetGroups,
  retryDeadLetter,
  type TopicTail,
} from '@tollgate/messaging';
import { createLogger } from '@tollgate/runtime';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { Registry } from 'prom-client';
import { aDecidedEvent, aVote, type DecidedGiven } from '../testing/a-decided-event.js';
import { A_DIRECTORY, A_POLICY } from '../testing/a-policy.js';
import { aPublishedPolicy } from '../testing/a-published-policy.js';
import { DECLARATION_PATIENCE_MS } from './delegations-of-decisions.js';
import { type RunningGuardrail, startGuardrail } from '../testing/running-guardrail.js';

const LANES = 2;
const PATIENCE_MS = 15_000;
const connection: KafkaConnection = {
  brokers: testBrokers(),
  clientId: 'guardrail-spec',
  topicPrefix: uniqueTopicPrefix(),
};
const logger = createLogger('guardrail', 'silent');
const sender = new LaneSender({ connection, logger, metrics: new Registry() });
const evaluated: IncomingRecord[] = [];
let gate: RunningGuardrail;
/** How much the gate's clock is ahead, in milliseconds. */
let ahead = 0;
let tail: TopicTail;

const decide = (event: ReturnType<typeof aDecidedEvent>) => sender.send([outgoing(event, 'decision.made')]);
const publish = (event: ReturnType<typeof aPublishedPolicy>) =>
  sender.send([outgoing(event, 'policy.published', { key: String(event.data.revision) })]);
const verdictsOn = (key: string) => evaluated.filter((record) => record.key === aDecidedEvent(key).subject);

async function recordOf(key: string): Promise<IncomingRecord> {
  await waitUntil(`the gate's word on ${key}`, () => verdictsOn(key).length > 0, PATIENCE_MS);
  const [record] = verdictsOn(key);
  if (record === undefined) throw new Error(`the gate said nothing on ${key}`);
  return record;
}

const eventOf = async (key: string) => {
  const record = await recordOf(key);
  return decodeEvent('guardrail.evaluated', record.value, record.key);
};

async function deadLetterOf(key: string): Promise<DeadLetter> {
  const requestId = aDecidedEvent(key).subject;
  const found: DeadLetter[] = [];
  await waitUntil(
    `the dead letter of ${key}`,
    async () => {
      found.push(
        ...(await listDeadLetters({ connection, service: 'guardrail' })).filter(
          (letter) => letter.requestId === requestId,
        ),
      );
      return found.length > 0;
    },
    PATIENCE_MS,
  );
  const [letter] = found;
  if (letter === undefined) throw new Error(`${key} is no dead letter`);
  return letter;
}

beforeAll(async () => {
  await createTopics({ connection, lanes: LANES, definitions: TOPICS });
  await sender.connect();
  await publish(aPublishedPolicy(1));
  tail = await followTopic({
    connection,
    topic: 'guardrail.evaluated',
    logger,
    onRecord: (record) => void evaluated.push(record),
  });
  gate = await startGuardrail(connection, LANES, () => Date.now() + ahead);
}, 60_000);

afterAll(async () => {
  await gate.stop();
  await tail.stop();
  await sender.disconnect();
});

describe('given a decision on decision.made', () => {
  it('when it approves what is allowed, then the gate lets it pass', async () => {
    await decide(aDecidedEvent('plain'));
    const event = await eventOf('plain');
    expect(event.data.guardrail).toMatchObject({ outcome: 'passed', policyRevision: 1 });
    expect(event).toMatchObject({
      causationid: aDecidedEvent('plain').id,
      time: aDecidedEvent('plain').time,
    });
  });

  it('when it approves what is forbidden, then the gate blocks it', async () => {
    await decide(aDecidedEvent('far', { target: { region: 'asia-east' } }));
    expect((await eventOf('far')).data.guardrail).toMatchObject({
      outcome: 'blocked',
      results: [{ rule: 'regions', verdict: 'blocked' }],
    });
  });

  it('when it denies, then it still reaches guardrail.evaluated, as skipped', async () => {
    await decide(
      aDecidedEvent('denied', { decision: { outcome: 'denied', votes: [aVote({ verdict: 'deny' })] } }),
    );
    expect((await eventOf('denied')).data.guardrail.outcome).toBe('skipped');
  });

  it('when all is read again from the beginning, then the gate publishes the same bytes again', async () => {
    await decide(aDecidedEvent('again'));
    const first = await recordOf('again');
    await gate.stop();
    await resetGroups({ connection, groups: ['guardrail'] });
    gate = await startGuardrail(connection, LANES, () => Date.now() + ahead);
    await waitUntil('a second word on the request', () => verdictsOn('again').length > 1, PATIENCE_MS);
    const second = verdictsOn('again')[1];
    expect(second?.value?.equals(first.value ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('given a decision that contradicts itself', () => {
  it('when its content is not what was hashed, then it is a dead letter, and the road goes on', async () => {
    await decide(aDecidedEvent('swapped', { request: { environment: 'elsewhere' } }));
    await decide(aDecidedEvent('after swapped'));
    await recordOf('after swapped');
    expect((await deadLetterOf('swapped')).reason).toBe(
      'the decision cannot be trusted: the content is not what its hash says',
    );
    expect(verdictsOn('swapped')).toEqual([]);
  });

  it('when nobody entitled approved, then it is a dead letter', async () => {
    await decide(aDecidedEvent('forged', { decision: { votes: [aVote({ person: 'eve' })] } }));
    expect((await deadLetterOf('forged')).reason).toContain('no approver');
  });

  it('when its route is not what the policy makes of the request, then it is a dead letter', async () => {
    await decide(
      aDecidedEvent('rerouted', {
        route: { decider: 'automation', plan: [] },
        decision: { decidedBy: 'automation', votes: [] },
      }),
    );
    expect((await deadLetterOf('rerouted')).reason).toContain('not what revision 1 makes of the request');
  });

  it('when its voter asks for it themselves, then it is a dead letter', async () => {
    const { request } = aDecidedEvent('own').data;
    await decide(aDecidedEvent('own', { request: { ...request, owner: 'bob' } }));
    expect((await deadLetterOf('own')).reason).toContain('not what revision 1 makes of the request');
  });

  it('then an alarm is raised, by cause', async () => {
    const counted = async (why: string) => {
      const metric = await gate.metrics.getSingleMetric('tollgate_distrusted_decisions_total')?.get();
      return metric?.values.find(({ labels }) => labels['why'] === why)?.value;
    };
    const before = await counted('voter');
    expect(before).toBeGreaterThanOrEqual(0);
    await decide(aDecidedEvent('alarming', { decision: { votes: [aVote({ person: 'eve' })] } }));
    await deadLetterOf('alarming');
    expect(await counted('voter')).toBe((before ?? 0) + 1);
  });
});

describe('given a record that is no event', () => {
  it('when it is read, then it is a dead letter with its bytes, and the road goes on', async () => {
    const id = aDecidedEvent('poison').subject ?? '';
    await sender.send([{ topic: 'decision.made', key: id, value: '{"poison"' }]);
    await decide(aDecidedEvent('after poison'));
    await recordOf('after poison');
    const letter = await deadLetterOf('poison');
    expect(letter.reason).toMatch(/not JSON/);
    expect(String(letter.origin.value)).toBe('{"poison"');
    expect(gate.fatal).toEqual([]);
  });
});

describe('given a decision under a revision that is not published', () => {
  it('when it is read, then it is a dead letter; when it is retried after the publication, then it is judged', async () => {
    const early = { decision: { policyRevision: 2 }, target: { region: 'asia-east' } };
    await decide(aDecidedEvent('early', early));
    const letter = await deadLetterOf('early');
    expect(letter.reason).toBe('policy revision 2 is not on policy.published');
    await publish(aPublishedPolicy(2, { ...A_POLICY, guardrails: [] }));
    await retryDeadLetter({ connection, service: 'guardrail', place: letter.place });
    expect((await eventOf('early')).data.guardrail).toEqual({
      outcome: 'passed',
      results: [],
      policyRevision: 2,
    });
  });
});

describe('given a vote for another that a decision counts', () => {
  const delegationOf = (id: string): DelegationDeclared => ({
    ...{ id, from: 'bob', to: 'carol', reason: 'away' },
    ...{ startsAt: '2026-11-01T00:00:00.000Z', endsAt: '2026-11-02T00:00:00.000Z' },
    ...{ declaredBy: 'bob', declaredAs: 'person', declaredAt: '2026-11-01T00:00:00.000Z' },
  });
  const declare = (delegation: DelegationDeclared) => {
    const key = delegation.revokedAt === undefined ? delegation.id : `${delegation.id}|revoked`;
    const event = newEvent({
      ...{ topic: 'delegation.declared', service: 'notifier', key },
      ...{ time: delegation.declaredAt, data: delegation },
    });
    return sender.send([outgoing(event, 'delegation.declared', { key: delegation.id })]);
  };
  const decidedBy = (key: string, delegation: string) =>
    decide(
      aDecidedEvent(key, {
        decision: {
          votes: [aVote({ person: 'carol', onBehalfOf: 'bob', delegation })],
          policyRevision: 3,
        },
      }),
    );
  beforeAll(async () => {
    const people = { alice: { active: true }, carol: { active: true, roles: [] } };
    const bob = { active: true, roles: ['team-lead'] };
    // The revision of the submission knows no carol: she came before the decision.
    await publish(aPublishedPolicy(3, A_POLICY, { ...A_DIRECTORY, people: { ...people, bob } }));
  });

  it('when the delegation is declared, also a moment after the decision, then the gate lets it pass', async () => {
    const [before, after] = [newDelegationId(), newDelegationId()];
    await declare(delegationOf(before));
    await decidedBy('declared before', before);
    expect((await eventOf('declared before')).data.guardrail.outcome).toBe('passed');
    await decidedBy('declared after', after);
    await declare(delegationOf(after));
    expect((await eventOf('declared after')).data.guardrail.outcome).toBe('passed');
  });

  it('when the gate starts again, then it knows what was declared and revoked', async () => {
    const [standing, ended] = [newDelegationId(), newDelegationId()];
    await declare(delegationOf(standing));
    await declare(delegationOf(ended));
    await declare({ ...delegationOf(ended), revokedAt: '2026-11-01T09:00:00.000Z', revokedBy: 'bob' });
    await gate.stop();
    gate = await startGuardrail(connection, LANES, () => Date.now() + ahead);
    expect((await gate.health.readiness()).checks['delegations']).toMatchObject({ ok: true });
    // What comes again after a crash of its writer takes no revocation back.
    await declare(delegationOf(ended));
    await decidedBy('standing', standing);
    await decidedBy('ended', ended);
    expect((await eventOf('standing')).data.guardrail.outcome).toBe('passed');
    expect((await deadLetterOf('ended')).reason).toMatch(/carol is counted for bob.*was revoked at/);
  });

  it('when it was never declared, then the decision is a dead letter, and the road goes on', async () => {
    await decidedBy('never declared', newDelegationId());
    await decide(aDecidedEvent('beside never declared'));
    ahead += DECLARATION_PATIENCE_MS;
    await recordOf('beside never declared');
    await waitUntil(
      'the clock moves on',
      async () => {
        ahead += DECLARATION_PATIENCE_MS;
        return (await listDeadLetters({ connection, service: 'guardrail' })).some(
          ({ requestId }) => requestId === aDecidedEvent('never declared').subject,
        );
      },
      PATIENCE_MS,
    );
    expect((await deadLetterOf('never declared')).reason).toMatch(/its delegation was never declared/);
    expect(verdictsOn('never declared')).toEqual([]);
  });

  it('when a record on the topic is no delegation, then it is a dead letter, and the others are known', async () => {
    const id = newDelegationId();
    await sender.send([{ topic: 'delegation.declared', key: id, value: '{"poison"' }]);
    await declare(delegationOf(id));
    await decidedBy('after poisoned delegation', id);
    expect((await eventOf('after poisoned delegation')).data.guardrail.outcome).toBe('passed');
    expect(gate.fatal).toEqual([]);
  });
});

describe('given a decision by which the glass is broken', () => {
  const REVISION = 4;
  const justification = 'checkout is down';
  const broken = (key: string, person: string, given: DecidedGiven = {}) =>
    aDecidedEvent(key, {
      ...given,
      request: {
        policyRevision: REVISION,
        breakGlass: { person, justification, authentication: 'passkey' },
        ...given.request,
      },
      route: { decider: 'break-glass', breakGlass: 'outage' },
      decision: { decidedBy: 'break-glass', votes: [], policyRevision: REVISION },
    });

  beforeAll(async () => {
    const rule = {
      ...{ id: 'outage', who: 'on-call', action: 'deploy_prod', riskLevel: 'low', environment: 'production' },
      ...{ signIn: 'passkey', review: { decide: { person: 'erin' }, checkpoint: 'default' } },
    };
    const people = {
      alice: { active: true },
      bob: { active: true, roles: ['team-lead'] },
      dave: { active: true, roles: ['on-call'] },
      erin: { active: true },
    };
    await publish(
      aPublishedPolicy(
        REVISION,
        { ...A_POLICY, breakGlass: [rule] },
        { roles: ['team-lead', 'on-call'], groups: [], people },
      ),
    );
  });

  it('when the person may, then the gate judges it by the guardrails, which it never skips', async () => {
    await decide(broken('glass', 'dave'));
    expect((await eventOf('glass')).data.guardrail.outcome).toBe('passed');
    await decide(broken('glass far', 'dave', { target: { region: 'asia-east' } }));
    expect((await eventOf('glass far')).data.guardrail).toMatchObject({
      outcome: 'blocked',
      results: [{ rule: 'regions', verdict: 'blocked' }],
    });
  });

  it.each<[string, DecidedGiven['request'] | undefined, string]>([
    ['is none of those who may', undefined, 'bob'],
    [
      'is not known surely enough',
      { breakGlass: { person: 'dave', justification, authentication: 'signed-in' } },
      'dave',
    ],
    ['is only made up by the route', { breakGlass: undefined } as DecidedGiven['request'], 'dave'],
  ])(
    'when the person %s, then it is a dead letter, whatever the router said',
    async (what, request, person) => {
      await decide(broken(what, person, request === undefined ? {} : { request }));
      expect((await deadLetterOf(what)).reason).toContain('not what revision 4 makes of the request');
      expect(verdictsOn(what)).toEqual([]);
    },
  );
});
