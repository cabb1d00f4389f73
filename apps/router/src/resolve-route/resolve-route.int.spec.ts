import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeEvent, type JsonObject, TOPICS } from '@tollgate/contracts';
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
  type TopicTail,
} from '@tollgate/messaging';
import { createLogger } from '@tollgate/runtime';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { Registry } from 'prom-client';
import { A_POLICY } from '../testing/a-policy.js';
import { aPublishedPolicy } from '../testing/a-published-policy.js';
import { aSubmittedEvent } from '../testing/a-submitted-event.js';
import { type RunningRouter, startRouter } from '../testing/running-router.js';

const LANES = 2;
const PATIENCE_MS = 15_000;
const connection: KafkaConnection = {
  brokers: testBrokers(),
  clientId: 'router-spec',
  topicPrefix: uniqueTopicPrefix(),
};
const logger = createLogger('router', 'silent');
const sender = new LaneSender({ connection, logger, metrics: new Registry() });
const resolved: IncomingRecord[] = [];
let router: RunningRouter;
let tail: TopicTail;

const submit = (event: ReturnType<typeof aSubmittedEvent>) =>
  sender.send([outgoing(event, 'request.submitted')]);
const publish = (event: ReturnType<typeof aPublishedPolicy>) =>
  sender.send([outgoing(event, 'policy.published', { key: String(event.data.revision) })]);
const routesOf = (key: string) => resolved.filter((record) => record.key === aSubmittedEvent(key).subject);

async function routeOf(key: string): Promise<IncomingRecord> {
  await waitUntil(`the route of ${key}`, () => routesOf(key).length > 0, PATIENCE_MS);
  const [record] = routesOf(key);
  if (record === undefined) throw new Error(`${key} has no route`);
  return record;
}

async function deadLetterWith(what: string, matches: (letter: DeadLetter) => boolean): Promise<DeadLetter> {
  const found: DeadLetter[] = [];
  await waitUntil(
    what,
    async () => {
      found.push(...(await listDeadLetters({ connection, service: 'router' })).filter(matches));
      return found.length > 0;
    },
    PATIENCE_MS,
  );
  const [letter] = found;
  if (letter === undefined) throw new Error(`${what}: none`);
  return letter;
}

beforeAll(async () => {
  await createTopics({ connection, lanes: LANES, definitions: TOPICS });
  await sender.connect();
  await publish(aPublishedPolicy(1));
  tail = await followTopic({
    connection,
    topic: 'route.resolved',
    logger,
    onRecord: (record) => void resolved.push(record),
  });
  router = await startRouter(connection, LANES);
}, 60_000);

afterAll(async () => {
  await router.stop();
  await tail.stop();
  await sender.disconnect();
});

describe('given a request on request.submitted', () => {
  it('when the router reads it, then its route is on route.resolved, in the same lane', async () => {
    await submit(aSubmittedEvent('plain'));
    const record = await routeOf('plain');
    const event = decodeEvent('route.resolved', record.value, record.key);
    expect(event.data.route).toMatchObject({
      rule: 'prod',
      decider: 'people',
      plan: [{ approvers: [{ person: 'bob' }] }],
    });
    expect(event).toMatchObject({
      causationid: aSubmittedEvent('plain').id,
      time: aSubmittedEvent('plain').time,
    });
    expect(String(record.headers['content-type'])).toBe('application/cloudevents+json');
    expect(String(record.headers['traceparent'])).toBe(aSubmittedEvent('plain').traceparent);
  });

  it('when all is read again from the beginning, then the router publishes the same bytes again', async () => {
    await submit(aSubmittedEvent('again', { action: 'routine' }));
    const first = await routeOf('again');
    await router.stop();
    await resetGroups({ connection, groups: ['router'] });
    router = await startRouter(connection, LANES);
    await waitUntil('a second route of the request', () => routesOf('again').length > 1, PATIENCE_MS);
    const second = routesOf('again')[1];
    expect(second?.value?.equals(first.value ?? Buffer.alloc(0))).toBe(true);
    expect(second?.partition).toBe(first.partition);
  });
});

describe('given a record that is no event', () => {
  it.each<[string, string, string | null, RegExp]>([
    ['no JSON', 'poison-text', '{"specversion":', /not JSON/],
    ['no value', 'poison-null', null, /no value/],
    ['another event', 'poison-other', JSON.stringify(aPublishedPolicy(1)), /\/type/],
    [
      'an event under a foreign key',
      'poison-key',
      JSON.stringify(aSubmittedEvent('whose')),
      /not the same request id/,
    ],
  ])(
    'when it holds %s, then it is a dead letter, untouched, and the road goes on',
    async (_, key, value, reason) => {
      await sender.send([{ topic: 'request.submitted', key, value }]);
      await submit(aSubmittedEvent(`after ${key}`));
      await routeOf(`after ${key}`);
      const letter = await deadLetterWith(key, ({ origin }) => origin.key === key);
      expect(letter.reason).toMatch(reason);
      expect(letter.origin.value === null ? null : String(letter.origin.value)).toBe(value);
      expect(letter.origin.topic).toBe('request.submitted');
    },
  );
});

describe('given a policy revision', () => {
  it('when it is not published, then the request is a dead letter that names it', async () => {
    const event = aSubmittedEvent('too early', { policyRevision: 77 });
    await submit(event);
    const letter = await deadLetterWith('too early', ({ requestId }) => requestId === event.subject);
    expect(letter.reason).toBe('policy revision 77 is not on policy.published');
  });

  it('when it is published while the router runs, then requests that name it are routed by it, and older ones by theirs', async () => {
    await publish(aPublishedPolicy(2, { ...A_POLICY, matrix: [] }));
    await submit(aSubmittedEvent('by the new', { policyRevision: 2 }));
    await submit(aSubmittedEvent('by the old', { policyRevision: 1 }));
    const ruleOf = async (key: string) => {
      const { value, key: recordKey } = await routeOf(key);
      return decodeEvent('route.resolved', value, recordKey).data.route.rule;
    };
    expect(await ruleOf('by the new')).toBe('none');
    expect(await ruleOf('by the old')).toBe('prod');
  });

  it('when it is no valid policy, then its requests are dead letters, health says so, and the road goes on', async () => {
    await publish(aPublishedPolicy(3, { ...A_POLICY, checkpoints: {} }));
    const event = aSubmittedEvent('by a broken one', { policyRevision: 3 });
    await submit(event);
    const letter = await deadLetterWith('broken', ({ requestId }) => requestId === event.subject);
    expect(letter.reason).toContain('policy revision 3 is not valid: policy/checkpoints: default is missing');
    expect(await router.health.readiness()).toMatchObject({ status: expect.not.stringMatching(/^ready$/) });
    await submit(aSubmittedEvent('after a broken one', { policyRevision: 2 }));
    await routeOf('after a broken one');
    expect(router.fatal).toEqual([]);
  });
});

describe('given a request by which somebody breaks the glass', () => {
  const REVISION = 4;
  const people = (persons: Record<string, string[]>): JsonObject =>
    Object.fromEntries(Object.entries(persons).map(([person, roles]) => [person, { active: true, roles }]));
  const glass = (person: string, authentication = 'passkey') => ({
    policyRevision: REVISION,
    breakGlass: { person, authentication, justification: 'checkout is down' },
  });
  const routeIn = async (key: string) => {
    const { value, key: recordKey } = await routeOf(key);
    return decodeEvent('route.resolved', value, recordKey).data.route;
  };

  beforeAll(async () => {
    const rule = {
      ...{ id: 'outage', who: 'on-call', action: 'deploy_prod', riskLevel: 'low', environment: 'production' },
      ...{ signIn: 'passkey', review: { decide: 'cto', checkpoint: 'default' } },
    };
    await publish(
      aPublishedPolicy(
        REVISION,
        { ...A_POLICY, breakGlass: [rule] },
        {
          roles: ['team-lead', 'on-call', 'cto'],
          groups: [],
          people: people({ alice: [], bob: ['team-lead'], dave: ['on-call'], erin: ['cto'] }),
        },
      ),
    );
  });

  it('when they may, then nobody is waited for, and the event keeps whom it would have asked', async () => {
    await submit(aSubmittedEvent('broken', glass('dave')));
    expect(await routeIn('broken')).toMatchObject({
      decider: 'break-glass',
      breakGlass: 'outage',
      plan: [{ approvers: [{ person: 'bob' }] }],
    });
  });

  it.each([
    ['they may not', 'bob', 'passkey', 'bob is none of those who may'],
    ['they are not known surely enough', 'dave', 'signed-in', 'outage asks for a passkey'],
  ])('when %s, then people are asked, and it says why', async (what, person, authentication, why) => {
    await submit(aSubmittedEvent(what, glass(person, authentication)));
    const route = await routeIn(what);
    expect(route).toMatchObject({ decider: 'people', plan: [{ approvers: [{ person: 'bob' }] }] });
    expect(route.explanation).toContain(why);
    expect(route).not.toHaveProperty('breakGlass');
  });

  it('when all is read again after a restart, then the same bytes go out', async () => {
    await submit(aSubmittedEvent('broken twice', glass('dave')));
    const first = await routeOf('broken twice');
    await router.stop();
    await resetGroups({ connection, groups: ['router'] });
    router = await startRouter(connection, LANES);
    await waitUntil('a second route', () => routesOf('broken twice').length > 1, PATIENCE_MS);
    expect(routesOf('broken twice')[1]?.value?.equals(first.value ?? Buffer.alloc(0))).toBe(true);
  });
});
