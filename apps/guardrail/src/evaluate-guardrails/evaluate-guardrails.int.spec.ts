import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeEvent, TOPICS } from '@tollgate/contracts';
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
import { aDecidedEvent, aVote } from '../testing/a-decided-event.js';
import { A_POLICY } from '../testing/a-policy.js';
import { aPublishedPolicy } from '../testing/a-published-policy.js';
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
  gate = await startGuardrail(connection, LANES);
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
    gate = await startGuardrail(connection, LANES);
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
