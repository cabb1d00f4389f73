import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Route, type TopicEvent } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { formOf, linkOf, openedLink, post, read, type ReadPage } from '../testing/page-reader.js';
import { aFile, aStep } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';
import { TestVisitor } from '../testing/test-visitor.js';

const WITHIN_MS = 20_000;
const BROWSER = { 'sec-fetch-site': 'same-origin', origin: 'null' };

jest.setTimeout(60_000);

let service: TestService;
let visitor: TestVisitor;
let decided: TopicEvent<'decision.made'>[];

beforeAll(async () => {
  service = await TestService.prepare('overrides', servers);
  await service.start({ MAILS_PER_PERSON_PER_HOUR: '0' });
  decided = await service.listen('decision.made');
  visitor = await TestVisitor.prepare(service);
});
afterAll(async () => {
  await visitor?.drop();
  await service?.drop();
});

const overBudget = (route: Partial<Route> = {}) =>
  aFile(
    {
      plan: [aStep(['erin', 'bob'])],
      preflight: [
        { guardrail: 'budget', verdict: 'blocked', strength: 'overridable', reason: 'It is over budget.' },
      ],
      ...route,
    },
    { parameters: { amount: 5000 } },
  );

async function opened(route: Partial<Route> = {}): Promise<{ readonly id: string; readonly link: string }> {
  const file = overBudget(route);
  return { id: file.request.id, link: await openedLink(service, servers, 'erin', file) };
}

async function call(id: string, person: string, body: unknown, claims = {}) {
  const response = await fetch(`${service.url}/v1/approvals/${id}/overrides`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await service.issuer.token(person, claims)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  const answer: Record<string, unknown> = JSON.parse(await response.text());
  return { status: response.status, headers: response.headers, body: answer };
}

const send = (link: string, form: Record<string, string>, headers: Record<string, string> = BROWSER) =>
  read(`${link}/overrides`, { method: 'POST', headers, body: new URLSearchParams(form) });
const viewOf = (page: ReadPage): string => formOf(page)['view'] ?? '';

async function decisionOf(id: string) {
  await servers.waitUntil('it is decided', () => decided.some(({ subject }) => subject === id), WITHIN_MS);
  return decided.find(({ subject }) => subject === id)?.data.decision;
}

describe('an override over the API', () => {
  const body = { guardrail: 'budget', justification: 'The board agreed.' };

  it('goes on record before the decision, is carried by it, and is shown on page and list', async () => {
    const { id, link } = await opened();
    expect((await read(link)).text).toContain(
      'unless somebody who may do so overrides it before the decision',
    );
    const first = await call(id, 'dave', body);
    expect(first).toMatchObject({
      status: 201,
      body: { requestId: id, ...body, person: 'dave', authentication: 'signed-in' },
    });
    expect(await call(id, 'erin', { ...body, justification: 'So do I.' })).toMatchObject({
      status: 200,
      body: { person: 'dave', justification: 'The board agreed.' },
    });
    const page = await read(link);
    expect(page.text).toContain('Name of dave (dave) has overridden it: “The board agreed.”');
    const list = await fetch(`${service.url}/v1/approvals`, {
      headers: { authorization: `Bearer ${await service.issuer.token('erin')}` },
    });
    expect(await list.text()).toContain('"overrides":[{"guardrail":"budget","person":"dave"');
    await post(link, formOf(page, { verdict: 'approve' }));
    expect(await decisionOf(id)).toMatchObject({
      outcome: 'approved',
      overrides: [{ ...body, person: 'dave', authentication: 'signed-in', at: first.body['at'] }],
    });
    expect(await call(id, 'bob', { guardrail: 'budget', justification: 'Too late?' })).toMatchObject({
      status: 200,
      body: { person: 'dave' },
    });
    const after = await read(link);
    expect(after.text).toContain('Overridden guardrails');
    expect(await service.rows(`SELECT person FROM guardrail_override WHERE request_id = '${id}'`)).toEqual([
      { person: 'dave' },
    ]);
  });

  it('is no vote, and comes too late after the decision', async () => {
    const { id, link } = await opened();
    await post(link, formOf(await read(link), { verdict: 'approve' }));
    expect(await decisionOf(id)).toMatchObject({ outcome: 'approved', overrides: [] });
    expect(await call(id, 'dave', body)).toMatchObject({
      status: 409,
      body: { type: expect.stringContaining('too-late') },
    });
  });

  it.each<[string, string, object, number, object]>([
    ['a guardrail that nobody may override', 'dave', { ...body, guardrail: 'never' }, 403, {}],
    ['one that there is not', 'dave', { ...body, guardrail: 'nothing' }, 404, {}],
    ['somebody whom it does not name', 'carol', body, 403, {}],
    ['the owner of the credential that asks', 'alice', body, 403, {}],
    ['no justification', 'dave', { guardrail: 'budget' }, 422, {}],
    ['one that says nothing', 'dave', { ...body, justification: ' \u200b ' }, 422, {}],
    ['another content', 'dave', { ...body, contentHash: '0'.repeat(64) }, 409, {}],
  ])('refuses %s, and keeps nothing', async (_, person, given, status, claims) => {
    const { id } = await opened();
    expect(await call(id, person, given, claims)).toMatchObject({ status });
    expect(await service.rows(`SELECT 1 FROM guardrail_override WHERE request_id = '${id}'`)).toEqual([]);
  });

  it('asks for the sign-in that the route asks for', async () => {
    const file = overBudget({ signIn: 'passkey' });
    await openedLink(service, servers, 'erin', file);
    const { id } = file.request;
    const recent = { auth_time: Math.floor(Date.now() / 1000) };
    const weak = await call(id, 'dave', body, recent);
    expect(weak.status).toBe(403);
    expect(weak.headers.get('www-authenticate')).toContain('acr_values="phr phrh"');
    expect(await call(id, 'dave', body, { ...recent, acr: 'phr' })).toMatchObject({
      status: 201,
      body: { authentication: 'passkey' },
    });
  });

  it('knows of no request that is not open yet', async () => {
    const answer = await call(aFile().request.id, 'dave', body);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('of many at once takes one', async () => {
    const { id } = await opened();
    const answers = await Promise.all(
      ['bob', 'dave', 'erin', 'bob', 'dave', 'erin'].map((person) => call(id, person, body)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map((answer) => answer.body['person'])).size).toBe(1);
  });
});

describe('an override from a page', () => {
  it('is offered to an approver whom the guardrail names, and taken once from each view', async () => {
    const { id, link } = await opened();
    const page = await read(link);
    expect(page.text).toContain('Override a guardrail');
    const form = { view: viewOf(page), guardrail: 'budget', justification: 'The board <b>agreed</b>.' };
    expect((await send(link, form)).status).toBe(303);
    expect((await send(link, form)).status).toBe(303);
    const after = await read(link);
    expect(after.text).toContain('The board &lt;b>agreed&lt;/b>.');
    expect(
      await service.rows(`SELECT person, authentication FROM guardrail_override WHERE request_id = '${id}'`),
    ).toEqual([{ person: 'erin', authentication: 'link' }]);
  });

  it('is refused without a guardrail, without words, from another site, and from an old page', async () => {
    const { id, link } = await opened();
    const view = viewOf(await read(link));
    expect((await send(link, { view, justification: 'why' })).status).toBe(422);
    const kept = await send(link, { view, guardrail: 'budget', justification: ' ' });
    expect(kept.status).toBe(422);
    expect((await send(link, { view: 'old', guardrail: 'budget', justification: 'why' })).status).toBe(409);
    const foreign = await send(
      link,
      { view, guardrail: 'budget', justification: 'why' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    );
    expect(foreign.status).toBe(403);
    expect(await service.rows(`SELECT 1 FROM guardrail_override WHERE request_id = '${id}'`)).toEqual([]);
  });

  it('is offered in the inbox to somebody who is not asked, and the request shown to nobody else', async () => {
    const { id } = await opened();
    const path = `${service.url}/inbox/requests/${id}`;
    const carol = await visitor.signIn('carol');
    expect((await read(path, { headers: { cookie: carol.cookie } })).status).toBe(404);
    const dave = await visitor.signIn('dave');
    const page = await read(path, { headers: { cookie: dave.cookie } });
    expect(page.text).toContain('You may override a guardrail');
    expect(page.text).not.toContain('Submit my decision');
    const sent = await send(
      path,
      { view: viewOf(page), guardrail: 'budget', justification: 'Agreed.' },
      { ...BROWSER, cookie: dave.cookie },
    );
    expect(sent.status).toBe(303);
    const link = await linkOf(service, servers, 'bob', id);
    expect((await read(link)).text).toContain('Name of dave (dave) has overridden it: “Agreed.”');
  });
});
