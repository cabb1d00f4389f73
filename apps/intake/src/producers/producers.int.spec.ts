import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { inboundTopic, requestIdFor } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { exampleBody } from '../testing/example.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';

interface Registered {
  producer: string;
  owner: string;
  key: string;
  topic: string;
  scopes: string[];
}

jest.setTimeout(60_000);

describe('producers and their keys', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let submitted: readonly IncomingRecord[];

  const register = (body: unknown, key = OPERATOR_KEY) =>
    intake.call<Registered>('/v1/producers', { key, body });
  const createKey = (name: string, body?: unknown, key = OPERATOR_KEY) =>
    intake.call<Registered>(`/v1/producers/${name}/keys`, {
      key,
      method: 'POST',
      ...(body === undefined ? {} : { body }),
    });
  const submit = (key: string) => intake.call('/v1/requests', { key, body: exampleBody() });

  beforeAll(async () => {
    system = await TestSystem.create('producers');
    intake = await system.start();
    submitted = await system.follow('request.submitted');
    await system.producer(intake, 'ci-bot', 'alice');
  }, 60_000);
  afterAll(() => system.destroy());

  it('are registered with a key that works at once, and a topic that is read at once', async () => {
    const answer = await register({ name: 'deployer', owner: 'bob' });
    expect(answer).toMatchObject({
      status: 201,
      body: { producer: 'deployer', owner: 'bob', topic: inboundTopic('deployer') },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await submit(answer.body.key)).toMatchObject({ status: 202, body: { requester: 'deployer' } });
    await system.send({
      topic: answer.body.topic,
      key: 'own',
      value: JSON.stringify({ specversion: '1.0', id: '1', source: '/x', type: 'x', data: exampleBody() }),
    });
    await waitUntil(
      'the inbound request',
      () => submitted.some(({ key }) => key === requestIdFor('deployer', 'own')),
      15_000,
    );
  }, 20_000);

  it('stores a key as a hash only', async () => {
    const { body } = await register({ name: 'hashed', owner: 'alice' });
    const [row] = await system.query<{ dump: string }>('SELECT json_agg(k)::text AS dump FROM api_key k');
    expect(row?.dump).toContain('hashed');
    expect(row?.dump).not.toContain(body.key);
  });

  it('are registered once, also when two ask at once', async () => {
    const answers = await Promise.all([
      register({ name: 'twice', owner: 'alice' }),
      register({ name: 'twice', owner: 'alice' }),
      register({ name: 'twice', owner: 'bob' }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect(await register({ name: 'twice', owner: 'alice' })).toMatchObject({
      status: 409,
      body: { type: 'https://tollgate.dev/problems/producer-exists' },
    });
  });

  it('get further keys, with scopes, and lose one by its revocation within seconds', async () => {
    const plain = await createKey('ci-bot');
    expect(plain).toMatchObject({ status: 201, body: { producer: 'ci-bot', scopes: [] } });
    const reader = await createKey('ci-bot', { scopes: ['requests:read', 'operate'] });
    expect(reader).toMatchObject({ status: 201, body: { scopes: ['requests:read', 'operate'] } });
    expect(await register({ name: 'by-scope', owner: 'alice' }, reader.body.key)).toMatchObject({
      status: 201,
    });
    expect(await submit(plain.body.key)).toMatchObject({ status: 202 });
    await system.query(`UPDATE api_key SET revoked_at = now() WHERE scopes = '{}' AND producer = 'ci-bot'`);
    await waitUntil(
      'the key to be refused',
      async () => (await submit(plain.body.key)).status === 401,
      5_000,
    );
    expect(await submit(reader.body.key)).toMatchObject({ status: 202 });
  });

  it.each<[string, unknown, number, string[]]>([
    ['a name that is no topic', { name: 'Bad Name', owner: 'alice' }, 422, ['/name']],
    ['nobody as owner', { name: 'orphan', owner: 'mallory' }, 422, ['/owner']],
    ['nothing', {}, 422, ['/name', '/owner']],
    ['an unknown field', { name: 'a-b', owner: 'alice', scopes: [] }, 422, ['/scopes']],
  ])('are not registered with %s', async (_name, body, status, pointers) => {
    const answer = await intake.call<{ errors: { pointer: string }[] }>('/v1/producers', {
      key: OPERATOR_KEY,
      body,
    });
    expect(answer.status).toBe(status);
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('are the business of operators only', async () => {
    const { body } = await register({ name: 'ordinary', owner: 'alice' });
    for (const answer of [
      await register({ name: 'x-y', owner: 'alice' }, body.key),
      await createKey('ordinary', {}, body.key),
    ]) {
      expect(answer).toMatchObject({
        status: 403,
        body: { type: 'https://tollgate.dev/problems/forbidden' },
      });
    }
    expect(await intake.call('/v1/producers', { body: { name: 'x-y', owner: 'alice' } })).toMatchObject({
      status: 401,
    });
    expect(await createKey('nobody')).toMatchObject({ status: 404 });
    expect(await createKey('ordinary', { scopes: ['everything'] })).toMatchObject({ status: 422 });
  });
});
