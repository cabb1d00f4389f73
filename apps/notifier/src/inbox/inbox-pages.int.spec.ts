import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId, type RouteResolved, type TopicEvent } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { aFile, aStep } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';
import { type Fields, hiddenOf, TestVisitor } from '../testing/test-visitor.js';

const WITHIN_MS = 20_000;

jest.setTimeout(60_000);

let service: TestService;
let visitor: TestVisitor;
let votesCast: TopicEvent<'vote.cast'>[];

beforeAll(async () => {
  service = await TestService.prepare('inbox_pages', servers);
  await service.start();
  votesCast = await service.listen('vote.cast');
  visitor = await TestVisitor.prepare(service);
});
afterAll(async () => {
  await visitor?.drop();
  await service.drop();
});

const signIn: TestVisitor['signIn'] = (...given) => visitor.signIn(...given);
const read: TestVisitor['read'] = (...given) => visitor.read(...given);
const post: TestVisitor['post'] = (...given) => visitor.post(...given);

async function opened(...files: RouteResolved[]): Promise<string[]> {
  const ids = await visitor.route(...files);
  await servers.waitUntil('all are open', () => visitor.areOpen(ids), WITHIN_MS);
  return ids;
}

const votesAbout = (id: string) =>
  votesCast.filter(({ subject }) => subject === id).map(({ data }) => data.vote);
const requestOf = (id: string): string => `/inbox/requests/${id}`;
const severalOf = (ids: string[]): string =>
  `/inbox/several?${new URLSearchParams(ids.map((id) => ['id', id])).toString()}`;
const DECIDE_SEVERAL = '/inbox/several/decision';

describe('the door', () => {
  it.each([
    '/inbox',
    '/inbox?list=decided&risk=high',
    severalOf([newRequestId()]),
    requestOf(newRequestId()),
  ])('sends whoever is not signed in to do so, and back to %s', async (path) => {
    const answer = await read(path);
    expect(answer.status).toBe(303);
    const to = new URL(answer.headers.get('location') ?? '', service.url);
    expect([to.pathname, to.searchParams.get('to')]).toEqual(['/sign-in', path]);
  });

  it('sends to the inbox from an address that is longer than a sign-in remembers', async () => {
    const many = Array.from({ length: 50 }, () => newRequestId());
    const to = new URL((await read(severalOf(many))).headers.get('location') ?? '', service.url);
    expect(to.searchParams.get('to')).toBe('/inbox');
  });

  it('is closed to a session that has ended, and to whoever has left', async () => {
    const { cookie, end } = await signIn('erin');
    expect((await read('/inbox', cookie)).status).toBe(200);
    await end();
    expect((await read('/inbox', cookie)).status).toBe(303);
    expect((await read('/inbox', (await signIn('frank')).cookie)).status).toBe(303);
    expect((await read('/inbox/events', cookie)).status).toBe(401);
  });

  it('lets pages be kept by nobody, framed by nobody, and load nothing from elsewhere', async () => {
    const { cookie } = await signIn('erin');
    for (const path of ['/inbox', '/inbox/several', requestOf(newRequestId())]) {
      const { headers, text } = await read(path, cookie);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'/);
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe|https?:/);
      expect(text).not.toMatch(/https?:\/\/|<script>| style=| on[a-z]+=/);
    }
  });
});

describe('the inbox', () => {
  it('shows what waits, what hides in it, and to nobody else', async () => {
    const [id = ''] = await opened(
      aFile(
        { plan: [aStep(['erin', 'bob'])] },
        { requester: 'ci-bot', action: 'deploy_prod', reason: '<script>' },
      ),
    );
    const { text } = await read('/inbox', (await signIn('erin')).cookie);
    for (const part of [
      requestOf(id),
      'deploy_prod in production',
      'high risk',
      'nobody has answered'.slice(1),
      'Europe/Berlin',
    ])
      expect(text).toContain(part);
    expect((await read('/inbox', (await signIn('dave')).cookie)).text).not.toContain(id);
  });

  it('reads a query that cannot be meant as none, and says so', async () => {
    const { cookie } = await signIn('erin');
    const answer = await read('/inbox?risk=terrible&after=x&list=none&action=%00', cookie);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('The risk could not be read and was left out.');
  });

  it('tells a signed-in page what opens and closes, and the page of nobody else', async () => {
    const ended = new AbortController();
    const { cookie } = await signIn('carol');
    const response = await fetch(`${service.url}/inbox/events`, {
      headers: { cookie },
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
    const [others = '', mine = ''] = await opened(
      aFile({ plan: [aStep(['bob'])] }),
      aFile({ plan: [aStep(['carol'])] }),
    );
    await servers.waitUntil(
      'it is told',
      () => text.includes(`event: opened`) && text.includes(mine),
      WITHIN_MS,
    );
    expect(text).not.toContain(others);
    ended.abort();
    await reading;
  });
});

describe('a request in the inbox', () => {
  it('is decided by its session, on record with how it was signed in', async () => {
    const { cookie } = await signIn('erin');
    const [id = ''] = await opened(aFile({ signIn: 'signed-in' }));
    const path = requestOf(id);
    const page = await read(path, cookie);
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('Your approval is asked') });
    expect(page.text).not.toMatch(/ checked/);
    const fields = hiddenOf(page, `${path}/decision`);
    const said: Fields = [...fields, ['verdict', 'approve'], ['reason', 'fine\r\nby me']];
    // A double click.
    const answers = await Promise.all([1, 2].map(() => post(`${path}/decision`, cookie, said)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect((await read(path, cookie)).text).toContain('Decided: approved');
    await servers.waitUntil('it is on record', () => votesAbout(id).length > 0, WITHIN_MS);
    expect(votesAbout(id)).toMatchObject([
      { person: 'erin', authentication: 'signed-in', reason: 'fine\nby me', counted: true },
    ]);
    expect((await read('/inbox?list=decided', cookie)).text).toContain(path);
  });

  it('keeps what was written where the session has ended, and decides nothing', async () => {
    const { cookie, end } = await signIn('erin');
    const [id = ''] = await opened(aFile());
    const path = requestOf(id);
    const fields = hiddenOf(await read(path, cookie), `${path}/decision`);
    await end();
    const said: Fields = [...fields, ['verdict', 'approve'], ['reason', 'I thought long about <this>']];
    const kept = await post(`${path}/decision`, cookie, said);
    expect(kept.status).toBe(401);
    expect(kept.text).toContain('I thought long about &lt;this>');
    expect(await service.votesOnRecord(id)).toBe(0);
    // Signed in again, the same form leads to a fresh page with the text, and still to no decision.
    const again = await signIn('erin');
    const fresh = await post(`${path}/decision`, again.cookie, [
      ...hiddenOf(kept, `${path}/decision`),
      ['reason', 'I thought long about <this>'],
    ]);
    expect(fresh).toMatchObject({
      status: 409,
      text: expect.stringContaining('I thought long about &lt;this>'),
    });
    // Nor does the old page, whose view belonged to the session that ended.
    expect((await post(`${path}/decision`, again.cookie, said)).status).toBe(409);
    expect(await service.votesOnRecord(id)).toBe(0);
  });

  it('asks for a recent sign-in where the policy does', async () => {
    const old = await signIn('erin', 3 * 60);
    const [id = ''] = await opened(aFile({ signIn: 'signed-in' }));
    const page = await read(requestOf(id), old.cookie);
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining('Sign in again') });
    const answer = await post(`${requestOf(id)}/decision`, old.cookie, [
      ['verdict', 'approve'],
      ['reason', 'kept'],
    ]);
    expect(answer).toMatchObject({ status: 401, text: expect.stringContaining('kept</textarea>') });
    expect(await service.votesOnRecord(id)).toBe(0);
  });

  it('says so where it asks its reader no more, and is not there for whom it never asked', async () => {
    const [id = ''] = await opened(aFile({ plan: [aStep(['erin', 'bob'])] }));
    const [erin, bob, dave] = [await signIn('erin'), await signIn('bob'), await signIn('dave')];
    const path = requestOf(id);
    const seen = hiddenOf(await read(path, bob.cookie), `${path}/decision`);
    const fields = hiddenOf(await read(path, erin.cookie), `${path}/decision`);
    await post(`${path}/decision`, erin.cookie, [...fields, ['verdict', 'deny']]);
    const late = await post(`${path}/decision`, bob.cookie, [...seen, ['verdict', 'approve']]);
    expect(late).toMatchObject({ status: 409, text: expect.stringContaining('came too late') });
    expect((await read(path, dave.cookie)).status).toBe(404);
    expect((await read(requestOf(newRequestId()), dave.cookie)).status).toBe(404);
    expect((await read(requestOf('42'), dave.cookie)).status).toBe(404);
    expect((await post(`${path}/decision`, dave.cookie, [['verdict', 'approve']])).status).toBe(404);
  });

  it.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another site that hides', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['a program that says nothing', {}],
  ])('takes no form from %s', async (_who, headers: Record<string, string>) => {
    const { cookie } = await signIn('erin');
    const [id = ''] = await opened(aFile());
    const path = requestOf(id);
    const fields = hiddenOf(await read(path, cookie), `${path}/decision`);
    const said: Fields = [...fields, ['verdict', 'approve']];
    expect((await post(`${path}/decision`, cookie, said, headers)).status).toBe(403);
    const several = hiddenOf(await read(severalOf([id]), cookie), DECIDE_SEVERAL);
    expect((await post(DECIDE_SEVERAL, cookie, [...several, ['verdict', 'approve']], headers)).status).toBe(
      403,
    );
    expect(await service.votesOnRecord(id)).toBe(0);
  });

  it('takes the page of another person, or of another request, for none', async () => {
    const [erin, bob] = [await signIn('erin'), await signIn('bob')];
    const both = aFile({ plan: [aStep(['erin', 'bob'])] });
    const [id = '', other = ''] = await opened(both, aFile({ plan: [aStep(['erin', 'bob'])] }));
    const fields = hiddenOf(await read(requestOf(id), erin.cookie), `${requestOf(id)}/decision`);
    const said: Fields = [...fields, ['verdict', 'approve']];
    expect((await post(`${requestOf(id)}/decision`, bob.cookie, said)).status).toBe(409);
    expect((await post(`${requestOf(other)}/decision`, erin.cookie, said)).status).toBe(409);
    expect(await service.votesOnRecord(id)).toBe(0);
    expect(await service.votesOnRecord(other)).toBe(0);
  });
});
