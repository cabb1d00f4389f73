import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import * as servers from '@tollgate/servers';
import { aFile, aStep, routed } from '../testing/routes.js';
import { TEST_OPERATOR_KEY, TestService } from '../testing/test-service.js';

jest.setTimeout(60_000);

const WITHIN_MS = 20_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

let service: TestService;

beforeAll(async () => {
  service = await TestService.prepare('delegations', servers);
  await service.start();
});
afterAll(() => service.drop());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly [name: string]: unknown; readonly id?: string };
}

async function call(method: string, path: string, who: string, body?: object): Promise<Answer> {
  const token = who === 'operator' ? TEST_OPERATOR_KEY : await service.issuer.token(who);
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}
const declare = (who: string, body: object) => call('POST', '/v1/delegations', who, body);
const revoke = (who: string, id: unknown) => call('DELETE', `/v1/delegations/${String(id)}`, who);
const reassign = (id: string, body: object, who = 'operator') =>
  call('POST', `/v1/approvals/${id}/reassign`, who, body);
const vote = (id: string, who: string, body: object) =>
  call('POST', `/v1/approvals/${id}/votes`, who, { verdict: 'approve', ...body });

async function opened(...persons: string[]): Promise<string> {
  const file = aFile({ plan: [aStep(persons)] });
  await service.send('route.resolved', routed(file));
  const { id } = file.request;
  await servers.waitUntil(
    'it is open',
    async () => (await service.pendingOnRecord()).includes(id),
    WITHIN_MS,
  );
  return id;
}
async function waitingFor(who: string): Promise<unknown[]> {
  const { body } = await call('GET', '/v1/approvals', who);
  const items = Array.isArray(body['items']) ? body['items'] : [];
  return items.map((item: unknown) => (item instanceof Object ? Reflect.get(item, 'requestId') : undefined));
}

describe('an absence, over the API', () => {
  it('is declared, listed to both, used, and ended by its person alone', async () => {
    const heard = await service.listen('delegation.declared');
    const endsAt = inHours(2);
    const declared = await declare('erin', { to: 'bob', endsAt, reason: 'on holiday' });
    expect(declared).toMatchObject({
      status: 201,
      body: {
        from: 'erin',
        to: 'bob',
        endsAt,
        state: 'in-force',
        declaredBy: 'erin',
        authentication: 'signed-in',
      },
    });
    const { id } = declared.body;
    expect(declared.headers.get('location')).toBe(`/v1/delegations/${id}`);
    expect(await declare('erin', { to: 'bob', endsAt, reason: 'on holiday' })).toMatchObject({
      status: 200,
      body: { id },
    });
    for (const who of ['erin', 'bob', 'operator'])
      expect((await call('GET', '/v1/delegations', who)).body['items']).toMatchObject([{ id }]);
    expect((await call('GET', '/v1/delegations', 'carol')).body['items']).toEqual([]);

    const request = await opened('erin');
    expect(await waitingFor('bob')).toEqual([request]);
    await servers.waitUntil(
      'bob has a mail',
      () => service.inbox.to('bob@example.test').length === 1,
      WITHIN_MS,
    );
    expect(service.inbox.to('bob@example.test')[0]?.text).toMatch(/You stand for Name of erin/);
    expect(service.inbox.to('erin@example.test')).toEqual([]);
    const page = await (await fetch(service.inbox.to('bob@example.test')[0]?.link ?? '')).text();
    expect(page).toContain('You stand for Name of erin (erin)');
    expect(page).toContain('<form');

    expect(await vote(request, 'bob', { onBehalfOf: 'carol' })).toMatchObject({
      status: 403,
      body: { errors: [{ pointer: '/onBehalfOf' }] },
    });
    expect(await vote(request, 'bob', { onBehalfOf: 'erin' })).toMatchObject({
      status: 200,
      body: { decision: { outcome: 'approved', explanation: 'Approved by bob for erin.' } },
    });

    expect(await revoke('bob', id)).toMatchObject({ status: 404 });
    expect(await revoke('erin', 'no-uuid')).toMatchObject({ status: 404 });
    expect(await revoke('erin', id)).toMatchObject({
      status: 200,
      body: { state: 'revoked', revokedBy: 'erin' },
    });
    expect(await revoke('erin', id)).toMatchObject({ status: 200, body: { state: 'revoked' } });
    await servers.waitUntil('both are on the topic', () => heard.length >= 2, WITHIN_MS);
    expect(heard.map(({ data }) => [data.id, data.revokedBy])).toEqual([
      [id, undefined],
      [id, 'erin'],
    ]);
  });

  it.each<[string, object, string[]]>([
    ['nobody', { endsAt: inHours(1) }, ['/to']],
    ['a time that is none', { to: 'bob', endsAt: 'tomorrow' }, ['/endsAt']],
    ['no end', { to: 'bob' }, ['/endsAt']],
    ['an end in the past', { to: 'bob', endsAt: '2020-01-01T00:00:00Z' }, ['/endsAt']],
    ['somebody who left', { to: 'frank', endsAt: inHours(1) }, ['/to']],
    ['somebody unknown', { to: 'mallory', endsAt: inHours(1) }, ['/to']],
    ['oneself', { to: 'carol', endsAt: inHours(1) }, ['/to']],
    ['a request that is no id', { to: 'bob', requestId: '42' }, ['/requestId']],
    ['a reason that is no text', { to: 'bob', endsAt: inHours(1), reason: '\0' }, ['/reason']],
    ['somebody else as declaring', { to: 'bob', endsAt: inHours(1), from: 'erin' }, ['/from']],
  ])('with %s is refused, with the field', async (_, body, pointers) => {
    const answer = await declare('carol', body);
    expect(answer).toMatchObject({ status: 422, body: { title: 'The input does not fit' } });
    const errors = Array.isArray(answer.body['errors']) ? answer.body['errors'] : [];
    expect(
      errors.map((error: unknown) => (error instanceof Object ? Reflect.get(error, 'pointer') : error)),
    ).toEqual(pointers);
  });

  it('that closes a circle is refused, and says so', async () => {
    const { body } = await declare('carol', { to: 'dave', endsAt: inHours(1) });
    expect(await declare('dave', { to: 'carol', endsAt: inHours(1) })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/to', detail: 'would close a circle: dave → carol → dave' }] },
    });
    await revoke('carol', body.id);
  });

  it('needs a token', async () => {
    const answer = await fetch(`${service.url}/v1/delegations`);
    expect(answer.status).toBe(401);
  });
});

describe('a reassignment, over the API', () => {
  it('is for operators, lets another answer, and goes to nobody whom the request excludes', async () => {
    const id = await opened('erin');
    const body = { from: 'erin', to: 'bob', reason: 'erin is in hospital' };
    expect(await reassign(id, body, 'erin')).toMatchObject({ status: 403 });
    expect(await reassign(id, { ...body, to: 'alice' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/to' }] },
    });
    expect(await reassign(id, { ...body, from: 'carol' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/from' }] },
    });
    expect(await reassign(id, { from: 'erin', to: 'bob' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/reason' }] },
    });
    expect(await reassign('42', body)).toMatchObject({ status: 404 });
    expect(await reassign(aFile().request.id, body)).toMatchObject({ status: 404 });
    expect(await reassign(id, body)).toMatchObject({
      status: 201,
      body: { requestId: id, declaredAs: 'operator', declaredBy: 'operator', state: 'in-force' },
    });
    expect(await reassign(id, body)).toMatchObject({ status: 200 });
    await servers.waitUntil('bob is asked', async () => (await waitingFor('bob')).includes(id), WITHIN_MS);
    expect(await vote(id, 'bob', {})).toMatchObject({ status: 200, body: { status: 'closed' } });
    expect(await reassign(id, { ...body, to: 'carol' })).toMatchObject({ status: 409 });
  });

  it('of several people to one asks for whom they vote', async () => {
    const id = await opened('erin', 'carol');
    await reassign(id, { from: 'erin', to: 'bob', reason: 'away' });
    await reassign(id, { from: 'carol', to: 'bob', reason: 'away' });
    expect(await vote(id, 'bob', {})).toMatchObject({
      status: 422,
      body: { onBehalfOf: ['erin', 'carol'], errors: [{ pointer: '/onBehalfOf' }] },
    });
    const mailed = () =>
      service.inbox.to('bob@example.test').filter(({ messageId }) => messageId.includes(id));
    await servers.waitUntil('bob has a mail', () => mailed().length > 0, WITHIN_MS);
    const link = mailed()[0]?.link ?? '';
    const page = await (await fetch(link)).text();
    expect(page).toContain('For whom? You have one vote.');
    const hidden = (name: string): string =>
      new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
    const form = { verdict: 'approve', contentHash: hidden('contentHash'), view: hidden('view'), reason: '' };
    const answer = await fetch(`${link}/decision`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: service.url, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ ...form, onBehalfOf: 'carol' }),
    });
    expect(answer.status).toBe(303);
    const after = await (await fetch(link)).text();
    expect(after).toContain('Approved by bob for carol.');
  });
});

it('the OpenAPI document describes it', () => {
  const document = SwaggerModule.createDocument(service.app, new DocumentBuilder().build());
  expect(Object.keys(document.paths['/v1/delegations'] ?? {}).toSorted()).toEqual(['get', 'post']);
  expect(document.paths['/v1/delegations/{id}']?.delete?.responses).toHaveProperty('404');
  expect(document.paths['/v1/approvals/{requestId}/reassign']?.post?.responses).toHaveProperty('409');
});
