import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import * as servers from '@tollgate/servers';
import { aFile, aStep, routed } from '../testing/routes.js';
import { TEST_AUDIENCE, TestIssuer } from '../testing/test-issuer.js';
import { TestService } from '../testing/test-service.js';

const WITHIN_MS = 20_000;

jest.setTimeout(60_000);

let service: TestService;

beforeAll(async () => {
  service = await TestService.prepare('api', servers);
  await service.start();
});
afterAll(() => service.drop());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function call(
  path: string,
  given: { person?: string; token?: string; body?: string; type?: string } = {},
): Promise<Answer> {
  const token = given.token ?? (await service.issuer.token(given.person ?? 'erin'));
  const response = await fetch(`${service.url}${path}`, {
    method: given.body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(given.body === undefined ? {} : { 'content-type': given.type ?? 'application/json' }),
    },
    ...(given.body === undefined ? {} : { body: given.body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

const vote = (id: string, given: { person?: string; token?: string; body?: string; type?: string } = {}) =>
  call(`/v1/approvals/${id}/votes`, { body: '{"verdict":"approve"}', ...given });

async function opened(...files: ReturnType<typeof aFile>[]): Promise<string[]> {
  await service.send('route.resolved', ...files.map(routed));
  const ids = files.map(({ request }) => request.id);
  for (const id of ids) {
    await servers.waitUntil(
      'it is open',
      async () => (await vote(id, { body: '{"verdict":"abstain","reason":"not yet"}' })).status !== 404,
      WITHIN_MS,
    );
  }
  return ids;
}

const PROBLEM = /^application\/problem\+json/;

describe('who calls', () => {
  const cases: [string, () => Promise<string> | string, number][] = [
    ['nobody', () => '', 401],
    ['something that is no token', () => 'abc', 401],
    [
      'a token of another issuer',
      () => service.issuer.token('erin', { iss: 'https://other.example.test' }),
      401,
    ],
    ['a token for another audience', () => service.issuer.token('erin', { aud: 'somebody-else' }), 401],
    [
      'a token that has expired',
      () => service.issuer.token('erin', { exp: Math.floor(Date.now() / 1000) - 1 }),
      401,
    ],
    ['a token that never expires', () => service.issuer.token('erin', { exp: undefined }), 401],
    ['a token of another kind', () => service.issuer.token('erin', {}, { typ: 'logout+jwt' }), 401],
    ['a token signed by somebody else', async () => (await TestIssuer.create()).token('erin'), 401],
    [
      'a token without a signature',
      () => {
        const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
        return `${part({ alg: 'none', typ: 'JWT' })}.${part({ sub: 'erin', aud: TEST_AUDIENCE })}.`;
      },
      401,
    ],
    ['somebody whom the directory does not know', () => service.issuer.token('mallory'), 403],
    ['somebody who has left', () => service.issuer.token('frank'), 403],
  ];

  it.each(cases)('%s is refused', async (_who, token, status) => {
    const answer = await call('/v1/approvals', { token: await token() });
    expect(answer).toMatchObject({ status, body: { status } });
    expect(answer.headers.get('content-type')).toMatch(PROBLEM);
    if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('a vote', () => {
  it('is answered with the decision that it makes; the same again with the same', async () => {
    const [id = ''] = await opened(aFile());
    const body = JSON.stringify({ verdict: 'approve', reason: 'looks right' });
    const first = await vote(id, { body });
    expect(first).toMatchObject({
      status: 200,
      body: {
        requestId: id,
        counted: true,
        status: 'closed',
        decision: { outcome: 'approved', decidedBy: 'people' },
      },
    });
    expect(await vote(id, { body })).toMatchObject({ status: 200, body: first.body });
  });

  it('that comes late is told what was decided, by whom, when', async () => {
    const [id = ''] = await opened(aFile({ plan: [aStep(['erin', 'bob'])] }));
    await vote(id, { body: '{"verdict":"deny"}' });
    const late = await vote(id, { person: 'bob' });
    expect(late).toMatchObject({
      status: 409,
      body: { type: 'https://tollgate.dev/problems/too-late', counted: false, status: 'closed' },
    });
    expect(late.body['detail']).toMatch(/decided at 20.*Z: denied\. Denied by erin\./);
    expect(late.body['decision']).toMatchObject({
      outcome: 'denied',
      votes: expect.arrayContaining([expect.objectContaining({ person: 'erin', counted: true })]),
    });
  });

  it('on something that is not open yet is to be tried again', async () => {
    const answer = await vote('01a2b3c4-d5e6-7f80-9a0b-1c2d3e4f5a6b');
    expect(answer).toMatchObject({ status: 404, body: { type: 'https://tollgate.dev/problems/not-open' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('by somebody who is not asked, or excluded, is refused', async () => {
    const [id = ''] = await opened(
      aFile({ plan: [aStep(['erin'], { excluded: [{ person: 'alice', why: 'owns it' }] })] }),
    );
    expect(await vote(id, { person: 'carol' })).toMatchObject({ status: 403 });
    expect(await vote(id, { person: 'alice' })).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('does not count') },
    });
  });

  it('on other content than the request’s is refused', async () => {
    const [id = ''] = await opened(aFile());
    const body = JSON.stringify({ verdict: 'approve', contentHash: '0'.repeat(64) });
    expect(await vote(id, { body })).toMatchObject({
      status: 409,
      body: { type: 'https://tollgate.dev/problems/other-content' },
    });
  });

  it('without the reason that its step asks for is refused, and nothing goes on record', async () => {
    const [id = ''] = await opened(aFile({ plan: [aStep(['erin'], { reasonFor: ['deny'] })] }));
    expect(await vote(id, { body: '{"verdict":"deny","reason":" "}' })).toMatchObject({
      status: 422,
      body: {
        type: 'https://tollgate.dev/problems/reason-missing',
        detail: expect.stringContaining('nothing went on record'),
        errors: [{ pointer: '/reason' }],
      },
    });
    const reasoned = await vote(id, { body: '{"verdict":"deny","reason":"too early"}' });
    expect(reasoned).toMatchObject({ status: 200, body: { decision: { outcome: 'denied' } } });
    // The first one is that by which the test learns that it is open.
    expect(reasoned.body['decision']).toMatchObject({
      votes: [{ verdict: 'abstain' }, { verdict: 'deny', reason: 'too early' }],
    });
  });

  const refusals: [string, string, number, object][] = [
    ['no verdict', '{}', 422, { errors: [{ pointer: '/verdict' }] }],
    ['an unknown verdict', '{"verdict":"maybe"}', 422, { errors: [{ pointer: '/verdict' }] }],
    ['a wrong type', '{"verdict":"deny","reason":7}', 422, { errors: [{ pointer: '/reason' }] }],
    ['an unknown field', '{"verdict":"deny","person":"bob"}', 422, { errors: [{ pointer: '/person' }] }],
    [
      'a NUL in the reason',
      '{"verdict":"deny","reason":"a\\u0000b"}',
      422,
      { errors: [{ pointer: '/reason' }] },
    ],
    [
      'a reason without an end',
      JSON.stringify({ verdict: 'deny', reason: 'x'.repeat(4001) }),
      422,
      { errors: [{ pointer: '/reason' }] },
    ],
    ['no object', '[]', 422, {}],
    ['no JSON', '{"verdict":', 400, {}],
    ['too much', JSON.stringify({ verdict: 'deny', reason: 'x'.repeat(70_000) }), 413, {}],
  ];

  it.each(refusals)('with %s is refused, and nothing is on record', async (_what, body, status, says) => {
    const [id = ''] = await opened(aFile());
    const answer = await vote(id, { body });
    expect(answer).toMatchObject({ status, body: { status, ...says } });
    expect(answer.headers.get('content-type')).toMatch(PROBLEM);
    expect(await vote(id)).toMatchObject({ status: 200, body: { decision: { outcome: 'approved' } } });
  });

  it('in a form, or for an id that is none, is refused', async () => {
    const [id = ''] = await opened(aFile());
    expect((await vote(id, { body: '<vote/>', type: 'text/xml' })).status).toBe(415);
    expect((await vote('42')).status).toBe(404);
  });
});

describe('the list', () => {
  it('has what waits for me, the nearest deadline first, page by page', async () => {
    const mine = [3, 1, 2].map((hours) => aFile({ plan: [aStep(['dave'], { timeout: `PT${hours}H` })] }));
    const notMine = aFile({ plan: [aStep(['carol'])] });
    await service.send('route.resolved', ...[...mine, notMine].map(routed));
    const expected = [mine[1], mine[2], mine[0]].map((file) => file?.request.id);
    await servers.waitUntil(
      'all are open',
      async () => ((await call('/v1/approvals', { person: 'dave' })).body['items'] as unknown[]).length === 3,
      WITHIN_MS,
    );

    const whole = await call('/v1/approvals', { person: 'dave' });
    expect(whole).toMatchObject({
      status: 200,
      body: { items: expected.map((requestId) => ({ requestId, status: 'pending' })) },
    });
    expect(whole.body['next']).toBeUndefined();

    const first = await call('/v1/approvals?limit=2', { person: 'dave' });
    expect(first.body).toMatchObject({
      items: expected.slice(0, 2).map((requestId) => ({ requestId })),
      next: expect.any(String),
    });
    const second = await call(`/v1/approvals?limit=2&cursor=${String(first.body['next'])}`, {
      person: 'dave',
    });
    expect(second.body).toMatchObject({ items: [{ requestId: expected[2] }] });
    expect(second.body['next']).toBeUndefined();
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=x', '/limit'],
    ['cursor=abc', '/cursor'],
  ])('refuses %s and names it', async (query, pointer) => {
    expect(await call(`/v1/approvals?${query}`)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer }] },
    });
  });
});

describe('the stream', () => {
  it('tells me what opens and closes, and me only', async () => {
    const ended = new AbortController();
    const response = await fetch(`${service.url}/v1/approvals/events`, {
      headers: { authorization: `Bearer ${await service.issuer.token('bob')}` },
      signal: ended.signal,
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    let text = '';
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    })().catch((error: unknown) => {
      if (!ended.signal.aborted) throw error;
    });
    const [mine, others] = [aFile({ plan: [aStep(['bob'])] }), aFile({ plan: [aStep(['carol'])] })];
    await service.send('route.resolved', routed(others), routed(mine));
    const { id } = mine.request;
    await servers.waitUntil('it is opened', () => text.includes('event: opened'), WITHIN_MS);
    await vote(id, { person: 'bob' });
    await servers.waitUntil('it is closed', () => text.includes('event: closed'), WITHIN_MS);
    ended.abort();
    await reading;
    const events = text.split('\n\n').filter((event) => event.includes('data:'));
    expect(events.map((event) => event.match(/^event: (\w+)$/m)?.[1])).toEqual(['opened', 'closed']);
    expect(events.every((event) => /^id: \d+$/m.test(event) && event.includes(id))).toBe(true);
    expect(text).not.toContain(others.request.id);
  });

  it('needs a token', async () => {
    expect((await call('/v1/approvals/events', { token: '' })).status).toBe(401);
  });
});

describe('the OpenAPI document', () => {
  it('describes every call, and what a vote looks like', () => {
    const description = new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('notifier')
      .setVersion('1')
      .build();
    const { paths } = SwaggerModule.createDocument(service.app, description);
    expect(Object.keys(paths).toSorted()).toEqual([
      '/answer/{token}',
      '/inbox',
      '/inbox/absence',
      '/inbox/absence/revoke',
      '/inbox/events',
      '/inbox/requests/{requestId}',
      '/inbox/requests/{requestId}/decision',
      '/inbox/requests/{requestId}/events',
      '/inbox/requests/{requestId}/overrides',
      '/inbox/requests/{requestId}/questions',
      '/inbox/several',
      '/inbox/several/decision',
      '/passkeys',
      '/passkeys/add',
      '/passkeys/begin',
      '/passkeys/remove',
      '/passkeys/vote',
      '/review/{token}',
      '/review/{token}/decision',
      '/review/{token}/events',
      '/review/{token}/overrides',
      '/review/{token}/questions',
      '/sign-in',
      '/sign-in/return',
      '/sign-out',
      '/v1/approvals',
      '/v1/approvals/events',
      '/v1/approvals/{requestId}/overrides',
      '/v1/approvals/{requestId}/questions',
      '/v1/approvals/{requestId}/reassign',
      '/v1/approvals/{requestId}/resend',
      '/v1/approvals/{requestId}/votes',
      '/v1/delegations',
      '/v1/delegations/{id}',
    ]);
    expect(paths['/v1/approvals/{requestId}/votes']?.post?.requestBody).toMatchObject({
      content: {
        'application/json': {
          schema: {
            required: ['verdict'],
            properties: { verdict: { enum: ['approve', 'deny', 'abstain'] } },
          },
        },
      },
    });
  });
});
