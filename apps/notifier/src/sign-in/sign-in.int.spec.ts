import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { PlainBrowser, type SignInProvider } from '@tollgate/servers';
import { TestService } from '../testing/test-service.js';
import { TestSignIn } from '../testing/test-sign-in.js';

let service: TestService;
let signIn: TestSignIn<SignInProvider>;
let browser: PlainBrowser;
let origin: string;

const sessions = () =>
  signIn.database<{ person: string; method: string; signed_in_at: Date }>(
    'SELECT * FROM sign_in_session ORDER BY last_used_at',
  );
/** Signs in and stays on the page where the provider sends the browser back: nothing of it is followed. */
async function comeBack(subject = 'erin', to = '/passkeys'): Promise<string> {
  const page = await browser.get(`${origin}/sign-in?ask=again&to=${encodeURIComponent(to)}`);
  let at = page.url;
  let response = await browser.send(at, {
    method: 'POST',
    body: new URLSearchParams({ subject }),
    headers: { 'sec-fetch-site': 'same-origin' },
  });
  while (response.headers.get('location') !== null) {
    at = new URL(response.headers.get('location') ?? '', at).href;
    if (at.startsWith(origin)) return at;
    response = await browser.send(at, {});
  }
  throw new Error(`the provider did not send the browser back: ${await response.text()}`);
}

beforeAll(async () => {
  service = await TestService.prepare('sign_in', servers);
  signIn = await TestSignIn.prepare(service, servers);
  origin = signIn.origin;
  await service.start(signIn.settings);
});
afterAll(async () => {
  await signIn?.drop();
  await service?.drop();
});
beforeEach(async () => {
  browser = new PlainBrowser();
  signIn.acr = undefined;
  await signIn.database('DELETE FROM sign_in_session');
});

describe('signing in', () => {
  it('leads to the provider and back to the page that was asked for', async () => {
    const page = await browser.get(`${origin}/sign-in?to=${encodeURIComponent('/passkeys?x=1')}`);
    expect(page.html).toContain('For development only.');
    const after = await browser.pick(page, 'erin');
    expect(after.url).toBe(`${origin}/passkeys?x=1`);
    expect(await sessions()).toMatchObject([{ person: 'erin', method: 'signed-in' }]);
  });

  it('keeps neither token nor destination in the open', async () => {
    await browser.get(`${origin}/sign-in?to=/review/secret-token`);
    const [attempt] = await signIn.database<{ sealed: string }>('SELECT * FROM sign_in_attempt');
    expect(JSON.stringify(attempt)).not.toContain('secret-token');
    await browser.signIn(origin, 'erin', '/passkeys');
    const token = /tollgate_session=([^;]+)/.exec(browser.cookieFor(origin))?.[1] ?? '';
    expect(token).toHaveLength(43);
    expect(JSON.stringify(await sessions())).not.toContain(token);
  });

  it('sets cookies that scripts cannot read and other sites cannot send', async () => {
    const begun = await browser.send(`${origin}/sign-in`, {});
    const finished = await browser.send(await comeBack(), {});
    for (const cookie of [begun, finished].flatMap(({ headers }) => headers.getSetCookie()))
      expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(finished.headers.get('cache-control')).toBe('no-store');
    expect(finished.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('gives a new token at each sign-in, and the one before ends', async () => {
    await browser.signIn(origin, 'erin', '/passkeys');
    const before = browser.cookieFor(origin);
    await browser.signIn(origin, 'bob', '/passkeys', 'again');
    expect(browser.cookieFor(origin)).not.toBe(before);
    expect(await sessions()).toMatchObject([{ person: 'bob' }]);
  });

  it('takes the acr of a phishing-resistant sign-in for a passkey', async () => {
    signIn.acr = 'phrh';
    await browser.signIn(origin, 'erin', '/passkeys');
    expect(await sessions()).toMatchObject([{ person: 'erin', method: 'passkey' }]);
  });

  it('asks the provider anew where that is wanted', async () => {
    await browser.signIn(origin, 'erin', '/passkeys');
    // Whom the provider knows is not asked again…
    expect((await browser.get(`${origin}/sign-in?to=/passkeys`)).url).toBe(`${origin}/passkeys`);
    // …unless one wants to be somebody else.
    const asked = await browser.get(`${origin}/sign-in?to=/passkeys&ask=again`);
    expect(asked.html).toContain('Who are you?');
  });

  it('can be done in two tabs at once', async () => {
    const first = await browser.get(`${origin}/sign-in?to=/passkeys?tab=1`);
    const second = await browser.get(`${origin}/sign-in?to=/passkeys?tab=2`);
    expect((await browser.pick(second, 'erin')).url).toBe(`${origin}/passkeys?tab=2`);
    expect((await browser.pick(first, 'erin')).url).toBe(`${origin}/passkeys?tab=1`);
  });

  it('ends with a sign-out from a page of this service, and from no other', async () => {
    await browser.signIn(origin, 'erin', '/passkeys');
    const foreign = await browser.post(`${origin}/sign-out`, {}, { 'sec-fetch-site': 'cross-site' });
    expect(foreign).toMatchObject({ status: 403, html: expect.stringContaining('You are still signed in') });
    expect(await sessions()).toHaveLength(1);
    expect(await browser.post(`${origin}/sign-out`, {})).toMatchObject({
      status: 200,
      html: expect.stringContaining('You are signed out'),
    });
    expect(await sessions()).toEqual([]);
    expect(browser.cookieFor(origin)).not.toContain('tollgate_session');
  });
});

describe('a sign-in that does not come about', () => {
  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    'inbox',
    '/sign-out',
    '/sign-in?to=/inbox',
    `/${'x'.repeat(600)}`,
  ])('goes nowhere but to a page of its own: %s', async (to) => {
    const page = await browser.get(`${origin}/sign-in?to=${encodeURIComponent(to)}`);
    expect(page).toMatchObject({ status: 400, html: expect.stringContaining('leads elsewhere') });
    expect(page.url.startsWith(origin)).toBe(true);
  });

  it('is refused with an altered state', async () => {
    const back = new URL(await comeBack());
    back.searchParams.set('state', 'A'.repeat(43));
    expect(await browser.get(back.href)).toMatchObject({
      status: 400,
      html: expect.stringContaining('This sign-in is over'),
    });
    expect(await sessions()).toEqual([]);
  });

  it('is refused with the code of another attempt', async () => {
    const first = new URL(await comeBack());
    const second = new URL(await comeBack());
    second.searchParams.set('code', first.searchParams.get('code') ?? '');
    expect((await browser.get(second.href)).status).toBe(400);
    expect(await sessions()).toEqual([]);
  });

  it('is refused where the answer says that another issuer gave it', async () => {
    const back = new URL(await comeBack());
    back.searchParams.set('iss', 'https://evil.example');
    expect(await browser.get(back.href)).toMatchObject({
      status: 400,
      html: expect.stringContaining('does not prove'),
    });
    expect(await sessions()).toEqual([]);
  });

  it('is refused when it is replayed, in the same browser too', async () => {
    const back = await comeBack();
    expect((await browser.send(back, {})).status).toBe(303);
    expect(await sessions()).toHaveLength(1);
    expect((await browser.get(back)).html).toContain('was finished already');
    expect(await sessions()).toHaveLength(1);
  });

  it('is refused in a browser that did not begin it', async () => {
    const back = await comeBack();
    const other = new PlainBrowser();
    expect((await other.get(back)).status).toBe(400);
    await other.get(`${origin}/sign-in?to=/passkeys`);
    expect((await other.get(back)).status).toBe(400);
    expect(await sessions()).toEqual([]);
  });

  it('is refused after ten minutes', async () => {
    const back = await comeBack();
    await signIn.database(`UPDATE sign_in_attempt SET expires_at = clock_timestamp()`);
    expect(await browser.get(back)).toMatchObject({ status: 400, html: expect.stringContaining('is over') });
    expect(await sessions()).toEqual([]);
  });

  it('says so to whoever turned back at the provider', async () => {
    const page = await browser.get(`${origin}/sign-in?to=/passkeys`);
    expect(await browser.post(page.url, { refuse: 'yes' })).toMatchObject({
      status: 403,
      html: expect.stringContaining('You are not signed in'),
    });
  });

  it.each(['nobody', 'frank'])(
    'says so to somebody whom the directory does not have as active: %s',
    async (subject) => {
      const page = await browser.signIn(origin, subject, '/passkeys');
      expect(page).toMatchObject({
        status: 403,
        html: expect.stringContaining('Tollgate does not know you'),
      });
      // The way out leads to the provider's question, not back here by itself.
      expect(page.html).toContain('ask=again');
      expect(await sessions()).toEqual([]);
    },
  );
});

describe('while the provider is away', () => {
  it('says so, and signs people in again once it is back', async () => {
    const back = await comeBack();
    await signIn.stop();
    expect(await browser.get(back)).toMatchObject({
      status: 503,
      html: expect.stringContaining('Signing in does not work at the moment'),
    });
    await signIn.start();
    await browser.signIn(origin, 'erin', '/passkeys');
    expect(await sessions()).toHaveLength(1);
  });

  it('is no hindrance to a start; and a provider of another issuer is refused', async () => {
    await signIn.stop();
    await service.stop();
    await service.start(signIn.settings);
    expect(await browser.get(`${origin}/sign-in`)).toMatchObject({
      status: 503,
      html: expect.stringContaining('does not work at the moment'),
    });
    await signIn.start('https://other.example.test');
    expect(await browser.get(`${origin}/sign-in`)).toMatchObject({
      status: 503,
      html: expect.stringContaining('not set up as Tollgate expects it'),
    });
    await signIn.stop();
    await signIn.start();
    await browser.signIn(origin, 'erin', '/passkeys');
    expect(await sessions()).toHaveLength(1);
  });
});
