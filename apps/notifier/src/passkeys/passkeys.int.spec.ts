import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type TopicEvent } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { PlainBrowser, type PlainPage, type SignInProvider } from '@tollgate/servers';
import { aFile, aStep, routed } from '../testing/routes.js';
import { type Misbehaviour, SoftPasskey } from '../testing/soft-passkey.js';
import { TestService } from '../testing/test-service.js';
import { TestSignIn } from '../testing/test-sign-in.js';

const WITHIN_MS = 20_000;

jest.setTimeout(60_000);

let service: TestService;
let signIn: TestSignIn<SignInProvider>;
let decisions: TopicEvent<'decision.made'>[];
let browser: PlainBrowser;
let passkey: SoftPasskey;
let origin: string;

beforeAll(async () => {
  service = await TestService.prepare('passkeys', servers);
  signIn = await TestSignIn.prepare(service, servers);
  origin = signIn.origin;
  await service.start({ ...signIn.settings, MAILS_PER_PERSON_PER_HOUR: '0' });
  decisions = await service.listen('decision.made');
});
afterAll(async () => {
  await signIn?.drop();
  await service?.drop();
});
beforeEach(async () => {
  await signIn.database('DELETE FROM passkey');
  browser = new PlainBrowser();
  passkey = new SoftPasskey(origin);
  await browser.signIn(origin, 'erin', '/passkeys');
});

const unescaped = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
/** The challenge that a page gives to the device. */
function challengeOf(page: PlainPage): string {
  const options = /data-options="([^"]+)"/.exec(page.html)?.[1];
  if (options === undefined) throw new Error(`no challenge: ${page.status} ${page.html}`);
  return JSON.parse(unescaped(options)).challenge;
}
const hidden = (page: PlainPage, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(page.html)?.[1] ?? '';

async function add(by = browser, made = passkey, name = 'My phone'): Promise<PlainPage> {
  const page = await by.post(`${origin}/passkeys/begin`, { name });
  return by.post(`${origin}/passkeys/add`, { name, answer: made.create(challengeOf(page)) });
}

async function asked(persons = ['erin']): Promise<{ readonly id: string; readonly link: string }> {
  const file = aFile({ signIn: 'passkey', plan: [aStep(persons)] });
  const { id } = file.request;
  await service.send('route.resolved', routed(file));
  const mail = () =>
    service.inbox.to('erin@example.test').find(({ messageId }) => messageId.startsWith(`<${id}`));
  await servers.waitUntil('the mail arrives', () => mail() !== undefined, WITHIN_MS);
  return { id, link: mail()?.link ?? '' };
}
/** Fills the form of the review page, which answers the page that asks for the passkey. */
async function say(link: string, verdict = 'approve'): Promise<PlainPage> {
  const page = await browser.get(link);
  return browser.post(`${link}/decision`, {
    contentHash: hidden(page, 'contentHash'),
    view: hidden(page, 'view'),
    reason: 'Seen.',
    verdict,
  });
}
const prove = (page: PlainPage, answer: string, change: Record<string, string> = {}): Promise<PlainPage> =>
  browser.post(`${origin}/passkeys/vote`, {
    requestId: hidden(page, 'requestId'),
    to: hidden(page, 'to'),
    answer,
    ...change,
  });
const isRefused = async (page: PlainPage, id: string): Promise<void> => {
  expect(page).toMatchObject({ status: 422, html: expect.stringContaining('Not decided') });
  expect(await service.votesOnRecord(id)).toBe(0);
};

describe('the passkeys of a person', () => {
  it('are added, listed and removed by them', async () => {
    const page = await add();
    expect(page).toMatchObject({ status: 200, url: `${origin}/passkeys` });
    expect(page.html).toContain('<strong>My phone</strong>');
    const after = await browser.post(`${origin}/passkeys/remove`, { credentialId: passkey.id });
    expect(after.html).toContain('You have none yet.');
  });

  it('are not touched by others, nor from other sites', async () => {
    await add();
    const other = new PlainBrowser();
    await other.signIn(origin, 'bob', '/passkeys');
    await other.post(`${origin}/passkeys/remove`, { credentialId: passkey.id });
    const foreign = await browser.post(
      `${origin}/passkeys/remove`,
      { credentialId: passkey.id },
      { 'sec-fetch-site': 'cross-site' },
    );
    expect(foreign.status).toBe(403);
    expect(await signIn.database('SELECT FROM passkey')).toHaveLength(1);
  });

  it('are changed only a short time after a sign-in', async () => {
    await signIn.database(`UPDATE sign_in_session SET signed_in_at = signed_in_at - interval '61 minutes'`);
    const page = await browser.send(`${origin}/passkeys/begin`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ name: 'x' }),
    });
    expect(page.headers.get('location')).toBe('/sign-in?to=%2Fpasskeys&ask=recent');
    expect((await new PlainBrowser().send(`${origin}/passkeys`, {})).status).toBe(303);
  });

  it.each([
    ['of another site', { origin: 'http://evil.example' }],
    ['for another host', { rpId: 'evil.example' }],
    ['without a check of the person', { unverified: true }],
  ])('are not added %s', async (_what, wrong) => {
    const page = await browser.post(`${origin}/passkeys/begin`, { name: 'x' });
    const answer = passkey.create(challengeOf(page), wrong);
    expect((await browser.post(`${origin}/passkeys/add`, { name: 'x', answer })).status).toBe(422);
    expect(await signIn.database('SELECT FROM passkey')).toEqual([]);
  });

  it('are not added twice by one answer, by the answer of another, or by nonsense', async () => {
    const page = await browser.post(`${origin}/passkeys/begin`, { name: 'x' });
    const answer = passkey.create(challengeOf(page));
    const other = new PlainBrowser();
    await other.signIn(origin, 'bob', '/passkeys');
    expect((await other.post(`${origin}/passkeys/add`, { name: 'x', answer })).status).toBe(422);
    expect((await browser.post(`${origin}/passkeys/add`, { name: 'x', answer })).status).toBe(422);
    for (const nonsense of ['', '{}', 'null', '[1]', 'x'.repeat(40_000)])
      expect((await browser.post(`${origin}/passkeys/add`, { name: 'x', answer: nonsense })).status).toBe(
        422,
      );
    expect(await signIn.database('SELECT FROM passkey')).toEqual([]);
  });
});

describe('a vote with a passkey', () => {
  it('counts, and says so on record', async () => {
    await add();
    const { id, link } = await asked();
    const page = await say(link);
    expect(page.html).toContain('Approve with your passkey');
    expect(await service.votesOnRecord(id)).toBe(0);
    const after = await prove(page, passkey.get(challengeOf(page)));
    expect(after).toMatchObject({ status: 200, url: link, html: expect.stringContaining('approved') });
    const about = () => decisions.find(({ subject }) => subject === id)?.data.decision;
    await servers.waitUntil('it is decided', () => about() !== undefined, WITHIN_MS);
    expect(about()?.votes).toMatchObject([
      { person: 'erin', verdict: 'approve', reason: 'Seen.', authentication: 'passkey', counted: true },
    ]);
  });

  it('is not taken twice: a replayed proof proves nothing', async () => {
    await add();
    const { id, link } = await asked(['erin', 'bob', 'carol']);
    const page = await say(link);
    const answer = passkey.get(challengeOf(page));
    await prove(page, answer);
    expect((await prove(page, answer)).status).toBe(422);
    expect(await service.votesOnRecord(id)).toBe(1);
  });

  it('is for the request that it was asked for, and for no other', async () => {
    await add();
    const [first, second] = [await asked(), await asked()];
    const page = await say(first.link);
    const answer = await prove(page, passkey.get(challengeOf(page)), { requestId: second.id });
    await isRefused(answer, first.id);
    await isRefused(answer, second.id);
  });

  it.each([
    ['a challenge of its own', (page: PlainPage) => ({ challenge: challengeOf(page).replace(/^./, '_') })],
    ['another origin', () => ({ origin: 'http://evil.example' })],
    ['another host', () => ({ rpId: 'evil.example' })],
    ['no check of the person', () => ({ unverified: true })],
  ])('is refused with %s', async (_what, change) => {
    await add();
    const { id, link } = await asked();
    const page = await say(link);
    const { challenge = challengeOf(page), ...wrong }: Misbehaviour & { challenge?: string } = change(page);
    await isRefused(await prove(page, passkey.get(challenge, wrong)), id);
  });

  it('is refused when the counter of the passkey goes back, as that of a copy does', async () => {
    await add();
    const first = await asked();
    const page = await say(first.link, 'deny');
    await prove(page, passkey.get(challengeOf(page), { counter: 7 }));
    const { id, link } = await asked();
    const again = await say(link);
    await isRefused(await prove(again, passkey.get(challengeOf(again), { counter: 7 })), id);
  });

  it('is refused after five minutes', async () => {
    await add();
    const { id, link } = await asked();
    const page = await say(link);
    await signIn.database('UPDATE passkey_challenge SET expires_at = clock_timestamp()');
    await isRefused(await prove(page, passkey.get(challengeOf(page))), id);
  });

  it('is refused with a passkey of somebody else, and one that was removed', async () => {
    await add();
    const { id, link } = await asked();
    const bob = new PlainBrowser();
    const bobs = new SoftPasskey(origin);
    await bob.signIn(origin, 'bob', '/passkeys');
    await add(bob, bobs);
    const page = await say(link);
    await isRefused(await prove(page, bobs.get(challengeOf(page))), id);
    const again = await say(link);
    await browser.post(`${origin}/passkeys/remove`, { credentialId: passkey.id });
    await isRefused(await prove(again, passkey.get(challengeOf(again))), id);
  });

  it('is refused in a browser where another person is signed in', async () => {
    await add();
    const { id, link } = await asked();
    const page = await say(link);
    await browser.signIn(origin, 'bob', '/passkeys', 'again');
    await isRefused(await prove(page, passkey.get(challengeOf(page))), id);
  });
});
