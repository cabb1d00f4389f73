import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Route, type TopicEvent } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { PlainBrowser, type PlainPage, type SignInProvider } from '@tollgate/servers';
import { aFile, aStep, routed } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';
import { TestSignIn } from '../testing/test-sign-in.js';

const WITHIN_MS = 20_000;

jest.setTimeout(60_000);

let service: TestService;
let signIn: TestSignIn<SignInProvider>;
let decisions: TopicEvent<'decision.made'>[];

beforeAll(async () => {
  service = await TestService.prepare('review_gate', servers);
  signIn = await TestSignIn.prepare(service, servers);
  await service.start({ ...signIn.settings, MAILS_PER_PERSON_PER_HOUR: '0' });
  decisions = await service.listen('decision.made');
});
afterAll(async () => {
  await signIn?.drop();
  await service?.drop();
});

async function asked(route: Partial<Route>): Promise<{ readonly id: string; readonly link: string }> {
  const file = aFile(route, { action: 'a_secret_action' });
  const { id } = file.request;
  await service.send('route.resolved', routed(file));
  const mail = () =>
    service.inbox.to('erin@example.test').find(({ messageId }) => messageId.startsWith(`<${id}`));
  await servers.waitUntil('the mail arrives', () => mail() !== undefined, WITHIN_MS);
  return { id, link: mail()?.link ?? '' };
}

const hidden = (page: PlainPage, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(page.html)?.[1] ?? '';
const decide = (browser: PlainBrowser, page: PlainPage, verdict: string): Promise<PlainPage> =>
  browser.post(`${page.url}/decision`, {
    contentHash: hidden(page, 'contentHash'),
    view: hidden(page, 'view'),
    verdict,
    reason: '',
  });
const pathOf = (link: string): string => new URL(link).pathname;
const votesOf = async (id: string) => {
  const about = () => decisions.find(({ subject }) => subject === id)?.data.decision;
  await servers.waitUntil('it is decided', () => about() !== undefined, WITHIN_MS);
  return about()?.votes ?? [];
};

describe('a request that asks for a sign-in', () => {
  it('shows nothing to whoever has the link alone, and is not decided by them', async () => {
    const { id, link } = await asked({ signIn: 'signed-in' });
    const browser = new PlainBrowser();
    const page = await browser.get(link);
    expect(page).toMatchObject({ status: 403, html: expect.stringContaining('Sign in to see this request') });
    expect(page.html).not.toMatch(/a_secret_action|production|Fixes the rounding|erin/);
    expect(page.html).not.toContain('<form');
    const answer = await browser.post(`${link}/decision`, { verdict: 'approve' });
    expect(answer).toMatchObject({ status: 403, html: expect.stringContaining('Sign in to see') });
    expect(await service.votesOnRecord(id)).toBe(0);
  });

  it('opens after the sign-in, and the vote says how its person was known', async () => {
    const { id, link } = await asked({ signIn: 'signed-in' });
    const browser = new PlainBrowser();
    const to = /href="(\/sign-in\?[^"]+)"/.exec((await browser.get(link)).html)?.[1] ?? '';
    const page = await browser.pick(
      await browser.get(new URL(to.replaceAll('&amp;', '&'), link).href),
      'erin',
    );
    expect(page).toMatchObject({
      status: 200,
      url: link,
      html: expect.stringContaining('a_secret_action'),
    });
    expect((await decide(browser, page, 'approve')).url).toBe(link);
    expect(await votesOf(id)).toMatchObject([{ person: 'erin', authentication: 'signed-in', counted: true }]);
  });

  it('shows nothing to somebody else who is signed in, and tells them how to switch', async () => {
    const { id, link } = await asked({ signIn: 'signed-in', plan: [aStep(['erin', 'bob'])] });
    const browser = new PlainBrowser();
    const page = await browser.signIn(signIn.origin, 'bob', pathOf(link));
    expect(page).toMatchObject({
      status: 403,
      html: expect.stringContaining('This link is for somebody else'),
    });
    expect(page.html).not.toMatch(/a_secret_action|erin/);
    expect(page.html).toContain('ask=again');
    expect((await browser.post(`${link}/decision`, { verdict: 'approve' })).status).toBe(403);
    const switched = await browser.signIn(signIn.origin, 'erin', pathOf(link), 'again');
    expect(switched).toMatchObject({ status: 200, html: expect.stringContaining('a_secret_action') });
    expect(await service.votesOnRecord(id)).toBe(0);
  });

  it('asks again where the sign-in is too long ago', async () => {
    const { id, link } = await asked({ signIn: 'signed-in' });
    const browser = new PlainBrowser();
    const page = await browser.signIn(signIn.origin, 'erin', pathOf(link));
    await signIn.database(`UPDATE sign_in_session SET signed_in_at = signed_in_at - interval '61 minutes'`);
    expect(await decide(browser, page, 'approve')).toMatchObject({
      status: 403,
      html: expect.stringContaining('Nothing was decided'),
    });
    expect((await browser.get(link)).html).toContain('Sign in again');
    expect(await service.votesOnRecord(id)).toBe(0);
  });

  it('opens no more for a person who was deactivated meanwhile', async () => {
    const { link } = await asked({ signIn: 'signed-in', plan: [aStep(['erin', 'bob'])] });
    const browser = new PlainBrowser();
    await browser.signIn(signIn.origin, 'erin', pathOf(link));
    await service.publishPolicy(2, ['erin']);
    await servers.waitUntil(
      'the session is worth nothing',
      async () => (await browser.get(link)).html.includes('Sign in to see this request'),
      WITHIN_MS,
    );
    await service.publishPolicy(3);
    await servers.waitUntil(
      'the session counts again',
      async () => (await browser.get(link)).status === 200,
      WITHIN_MS,
    );
  });

  it('takes a phishing-resistant sign-in for a passkey', async () => {
    const { id, link } = await asked({ signIn: 'passkey' });
    const browser = new PlainBrowser();
    signIn.acr = 'phr';
    const page = await browser.signIn(signIn.origin, 'erin', pathOf(link), 'again');
    signIn.acr = undefined;
    await decide(browser, page, 'deny');
    expect(await votesOf(id)).toMatchObject([{ person: 'erin', authentication: 'passkey', counted: true }]);
  });

  it('tells somebody without a passkey what to do, and decides nothing', async () => {
    const { id, link } = await asked({ signIn: 'passkey' });
    const browser = new PlainBrowser();
    const page = await browser.signIn(signIn.origin, 'erin', pathOf(link), 'again');
    const answer = await decide(browser, page, 'approve');
    expect(answer.html).toContain('you have no passkey yet');
    expect(answer.html).toContain('href="/passkeys"');
    expect(await service.votesOnRecord(id)).toBe(0);
  });
});

describe('a request for which the link suffices', () => {
  it.each([
    ['erin', 'signed-in'],
    ['bob', 'link'],
    [undefined, 'link'],
  ])('with %s signed in records %s', async (subject, authentication) => {
    const { id, link } = await asked({ signIn: 'link' });
    const browser = new PlainBrowser();
    if (subject !== undefined) await browser.signIn(signIn.origin, subject, pathOf(link), 'again');
    const page = await browser.get(link);
    await decide(browser, page, 'approve');
    expect(await votesOf(id)).toMatchObject([{ person: 'erin', authentication, counted: true }]);
  });
});
