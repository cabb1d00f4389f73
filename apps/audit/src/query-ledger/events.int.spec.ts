import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type IncomingRecord } from '@tollgate/messaging';
import { createTestDatabase, type TestDatabase } from '@tollgate/servers';
import { type RequestTrailDocument } from '../request-trail/request-trail.document.js';
import { A_TOKEN, aReleasedRoad, inTopics } from '../testing/a-road.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { type TestService, testService } from '../testing/test-service.js';
import { type EventPageDocument } from './events.controller.js';
import { type LedgerStateDocument } from './ledger-state.controller.js';

jest.setTimeout(60_000);

const ids: readonly string[] = Array.from({ length: 6 }, () => randomUUID());
const roads = ids.map((id, index) =>
  aReleasedRoad({
    id,
    action: index % 2 === 0 ? 'deploy_prod' : 'delete_resource',
    environment: index < 3 ? 'production' : 'staging',
    submittedAt: Date.UTC(2026, 10, 2, 9, index),
  }),
);
const records = inTopics(roads);

let database: TestDatabase;
let ledger: TestLedger;
let service: TestService;

beforeAll(async () => {
  database = await createTestDatabase('audit_query', LEDGER_ROLES);
  ledger = await testLedger(database);
  await ledger.newLedger().ledger.record(records);
  service = await testService(database);
});

afterAll(async () => {
  await service.close();
  await ledger.close();
  await database.drop();
});

async function page(query = ''): Promise<EventPageDocument> {
  const { status, body } = await service.get(`/v1/events${query}`);
  if (status !== 200) throw new Error(body);
  return JSON.parse(body) as EventPageDocument;
}

/** Every page of a question, from the first to the one that says that there is no more. */
async function pages(filter: string, limit: number): Promise<EventPageDocument[]> {
  const found = [await page(`?${filter}&limit=${limit}`)];
  for (let last = found.at(-1); last?.more === true; last = found.at(-1)) {
    found.push(await page(`?${filter}&limit=${limit}&cursor=${last.next}`));
  }
  return found;
}

const placesOf = (documents: readonly EventPageDocument[]): string[] =>
  documents.flatMap(({ events }) => events.map(({ place }) => `${place.topic} ${place.offset}`));

describe('GET /v1/events', () => {
  it('gives records with what is known of them, the token left out', async () => {
    const { events } = await page(`?requestId=${ids[0]}&topic=action.released`);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      place: { topic: 'action.released', partition: 0, offset: '0' },
      reading: 'event',
      requestId: ids[0],
      type: 'tollgate.action.released.v1',
      action: 'deploy_prod',
      environment: 'production',
      riskLevel: 'high',
      requester: 'ci-bot',
      outcome: 'released',
      key: ids[0],
      headers: { 'content-type': 'application/cloudevents+json' },
      event: { data: { request: { id: ids[0] }, release: { token: '[redacted]' } } },
    });
    expect(JSON.stringify(await page('?limit=200'))).not.toContain(A_TOKEN);
  });

  it('gives every record once, in one order, whatever the size of the page', async () => {
    const whole = placesOf(await pages('', 200));
    expect(whole.toSorted()).toEqual(records.map(({ topic, offset }) => `${topic} ${offset}`).toSorted());
    for (const limit of [1, 5, 42]) expect(placesOf(await pages('', limit))).toEqual(whole);
  });

  it.each<[string, (record: IncomingRecord) => boolean]>([
    ['topic=vote.cast', ({ topic }) => topic === 'vote.cast'],
    ['outcome=approved', ({ topic }) => topic === 'decision.made'],
    [
      'outcome=approved&environment=staging',
      ({ topic, key }) => topic === 'decision.made' && ids.indexOf(`${key}`) >= 3,
    ],
    ['riskLevel=medium', ({ topic }) => topic === 'request.submitted'],
    [
      'action=delete_resource&topic=route.resolved',
      ({ topic, key }) => topic === 'route.resolved' && ids.indexOf(`${key}`) % 2 === 1,
    ],
    ['person=alice', ({ topic }) => topic === 'request.submitted' || topic === 'route.resolved'],
    ['person=nobody', () => false],
    ['from=2026-01-01', () => true],
    ['to=2026-01-01', () => false],
    [`requestId=${ids[2]}`, ({ key }) => `${key}`.startsWith(`${ids[2]}`)],
    [
      `requestId=${ids[2]}&outcome=passed`,
      ({ topic, key }) => topic === 'guardrail.evaluated' && key === ids[2],
    ],
    [`requestId=${randomUUID()}`, () => false],
  ])('%s gives those records and no others', async (filter, fits) => {
    const expected = records.filter(fits).map(({ topic, offset }) => `${topic} ${offset}`);
    for (const limit of [2, 200])
      expect(placesOf(await pages(filter, limit)).toSorted()).toEqual(expected.toSorted());
  });

  it('goes on where a page ended when records arrive meanwhile', async () => {
    const first = await page('?topic=request.rejected');
    expect(first).toMatchObject({ events: [], more: false });
    const all = placesOf(await pages('topic=vote.cast', 200));
    const last = await page('?topic=vote.cast&limit=200');
    const more = inTopics([...roads, aReleasedRoad()]).slice(records.length);
    await ledger.newLedger().ledger.record(more);
    const later = await page(`?topic=vote.cast&limit=200&cursor=${last.next}`);
    expect(placesOf([later])).toEqual(['vote.cast 6']);
    expect(placesOf(await pages('topic=vote.cast', 2))).toEqual([...all, 'vote.cast 6']);
  });

  it('leaves a value out that is too long for a list', async () => {
    const [submitted] = aReleasedRoad();
    if (submitted === undefined) throw new Error('a road has records');
    const event = JSON.parse(`${submitted.value}`) as { data: { request: { reason: string } } };
    event.data.request.reason = 'x'.repeat(70_000);
    const long = { ...submitted, partition: 9, value: Buffer.from(JSON.stringify(event)) };
    await ledger.newLedger().ledger.record([long]);
    const { events } = await page(`?requestId=${submitted.key}`);
    expect(events).toMatchObject([
      { event: null, bytes: long.value.length, reading: 'event', action: 'deploy_prod' },
    ]);
  });

  it('refuses a cursor that was changed, or belongs to another question', async () => {
    const { next } = await page('?topic=vote.cast&limit=1');
    const changed = `${next.slice(0, 9)}${next[9] === 'A' ? 'B' : 'A'}${next.slice(10)}`;
    for (const query of [`topic=vote.cast&cursor=${changed}`, `cursor=${next}`, 'cursor=abc', 'cursor=']) {
      const { status, body, headers } = await service.get(`/v1/events?${query}`);
      expect(status).toBe(400);
      expect(headers['content-type']).toContain('application/problem+json');
      expect(JSON.parse(body)).toMatchObject({ errors: [{ pointer: '/cursor' }] });
    }
  });

  it.each([
    'limit=0',
    'limit=1&limit=2',
    'colour=blue',
    'from=now',
    'requestId=1',
    '__proto__=1',
    'person=%00',
  ])('refuses ?%s with a problem document', async (query) => {
    const { status, body } = await service.get(`/v1/events?${query}`);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      type: 'https://tollgate.dev/problems/invalid-parameter',
      status: 400,
    });
    expect(JSON.parse(body).detail).toContain(query.split('=')[0]);
  });
});

describe('GET /v1/requests/{id}', () => {
  it('gives the trail of the request, the token left out', async () => {
    const { status, body } = await service.get(`/v1/requests/${ids[1]?.toUpperCase()}`);
    expect(status).toBe(200);
    const trail = JSON.parse(body) as RequestTrailDocument;
    expect(trail).toMatchObject({
      requestId: ids[1],
      status: 'released',
      request: { action: 'delete_resource' },
    });
    expect(trail.events.map(({ place }) => place.topic)).toEqual(roads[1]?.map(({ topic }) => topic));
    expect(body).not.toContain(A_TOKEN);
  });

  it('is 404 where nothing is on record, and 400 where the id is none', async () => {
    const unknown = await service.get(`/v1/requests/${randomUUID()}`);
    expect(unknown.status).toBe(404);
    expect(JSON.parse(unknown.body)).toMatchObject({ type: 'https://tollgate.dev/problems/not-found' });
    const none = await service.get('/v1/requests/42');
    expect(none.status).toBe(400);
    expect(JSON.parse(none.body)).toMatchObject({ errors: [{ pointer: '/id' }] });
  });
});

describe('GET /v1/ledger/state', () => {
  it('says how far each partition is on record, and that nothing is wrong', async () => {
    const state = JSON.parse((await service.get('/v1/ledger/state')).body) as LedgerStateDocument;
    expect(state).toMatchObject({ suspects: 0, unexplainedGaps: 0 });
    expect(state.records).toBeGreaterThanOrEqual(records.length);
    const position = state.positions.find(
      ({ topic, partition }) => topic === 'decision.made' && partition === 0,
    );
    expect(Number(position?.next)).toBeGreaterThanOrEqual(6);
  });
});

describe('who holds no key', () => {
  it.each(['/v1/events', `/v1/requests/${ids[0]}`, '/v1/ledger/state'])(
    'reads nothing at %s',
    async (path) => {
      for (const authorization of [null, 'Bearer another-key', 'Basic YTpi', 'Bearer']) {
        const { status, headers, body } = await service.get(path, authorization);
        expect(status).toBe(401);
        expect(headers['www-authenticate']).toContain('Bearer');
        expect(body).not.toContain(ids[0]);
      }
    },
  );
});
