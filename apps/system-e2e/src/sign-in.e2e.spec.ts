import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil, workspaceFolder } from '@tollgate/servers';
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import { violationsOf } from './approver/accessibility.js';
import { mailTo, reviewLink } from './approver/mailbox.js';
import { signInWhereAsked } from './approver/sign-in-page.js';
import { tokenOf, vote } from './approver/vote-by-token.js';
import { statusOf, submit } from './system/intake-client.js';
import { type RunningSystem, startSystem } from './system/running-system.js';

const CHROMIUM = '/usr/bin/chromium';
const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) {
  process.stderr.write(
    `\nNOT TESTED: sign-in and passkeys in a browser, as there is no ${CHROMIUM} (apt-get install chromium)\n\n`,
  );
}

const high = (): unknown =>
  JSON.parse(readFileSync(join(workspaceFolder(), 'examples', 'deploy-42.json'), 'utf8'));
const critical = () => ({
  action: 'rotate_secrets',
  environment: 'production',
  riskLevel: 'critical',
  target: { region: 'eu-west' },
  parameters: { names: ['payments'] },
  reason: 'The secrets of the payment service were seen in a log.',
});

let system: RunningSystem;
let browser: Browser;
let context: BrowserContext;
let page: Page;

async function linkOf(
  request: unknown,
  address: string,
): Promise<{ readonly id: string; readonly link: string }> {
  const { body } = await submit(system.stack, request);
  return { id: body.id, link: reviewLink(await mailTo(system.stack, address, body.id)) };
}

const text = (): Promise<string> => page.locator('body').innerText();

async function say(verdict: string): Promise<void> {
  await page.locator(`input[type=radio][value=${verdict}]`).check();
  await page.locator('textarea[name=reason]').fill('Looked at it.');
  await Promise.all([page.waitForNavigation(), page.locator('form[action$="/decision"] button').click()]);
}

/** A device that unlocks its passkeys whenever it is asked. */
async function plugIn(cdp: CDPSession): Promise<string> {
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}

async function addPasskey(person: string): Promise<void> {
  await page.goto(`${system.stack.urls.notifier}/passkeys`);
  const pick = page.locator(`button[name=subject][value=${person}]`);
  if ((await pick.count()) > 0) {
    await pick.click();
    await page.waitForURL(/\/passkeys$/);
  }
  await page.locator('input[name=name]').fill('Laptop');
  await Promise.all([
    page.waitForNavigation(),
    page.locator('form[action="/passkeys/begin"] button').click(),
  ]);
  await Promise.all([page.waitForURL(/\/passkeys$/), page.locator('form[data-passkey] button').click()]);
}

const proveButton = () => page.locator('form[data-passkey] button');

(hasBrowser ? describe : describe.skip)('how sure the system is of a person, in a real browser', () => {
  beforeAll(async () => {
    system = await startSystem();
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  }, 60_000);
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 320, height: 640 } });
    page = await context.newPage();
  });
  afterEach(() => context?.close());

  it('a high risk is not decided by the link alone, but by its person after the sign-in', async () => {
    const { id, link } = await linkOf(high(), 'erin@example.test');
    await page.goto(link);
    expect(await text()).toContain('Sign in to see this request');
    expect(await text()).not.toMatch(/deploy_prod|checkout|payment provider/);
    expect(await page.locator('form').count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await signInWhereAsked(page, 'erin');
    expect(await text()).toContain('payment provider');
    await say('approve');
    expect(await statusOf(system.stack, id, 20)).toMatchObject({
      status: 'released',
      decision: { votes: [{ person: 'erin', authentication: 'signed-in', counted: true }] },
    });
  }, 90_000);

  it('the link of one person opens nothing to another, who can switch', async () => {
    const { link } = await linkOf(high(), 'erin@example.test');
    await page.goto(link);
    await page.locator('a.button').click();
    await page.locator('button[name=subject][value=bob]').click();
    await page.waitForURL(link);
    expect(await text()).toContain('This link is for somebody else');
    expect(await violationsOf(page)).toEqual([]);
    expect(await text()).not.toContain('payment provider');
    await signInWhereAsked(page, 'erin');
    expect(await text()).toContain('payment provider');
  }, 90_000);

  it('a critical risk is decided with a passkey: by nothing less, once, and for that request alone', async () => {
    const { id, link } = await linkOf(critical(), 'bob@example.test');
    const other = await linkOf(critical(), 'bob@example.test');
    expect(await vote(system.stack, await tokenOf(system.stack, 'bob'), id, 'deny', 'no')).toMatchObject({
      status: 403,
    });

    await page.goto(link);
    await signInWhereAsked(page, 'bob');
    await say('deny');
    expect(await text()).toContain('you have no passkey yet');
    expect(await violationsOf(page)).toEqual([]);
    expect((await statusOf(system.stack, id)).status).toBe('pending');

    const cdp = await context.newCDPSession(page);
    const authenticatorId = await plugIn(cdp);
    await addPasskey('bob');
    expect(await text()).toContain('Laptop');
    expect(await violationsOf(page)).toEqual([]);
    await page.goto(link);
    await say('deny');
    expect(await text()).toContain('Nothing is decided yet');
    expect(await violationsOf(page)).toEqual([]);
    expect((await statusOf(system.stack, id)).status).toBe('pending');

    // The person turns back at the device: nothing is decided, and the page can be used again.
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await proveButton().click();
    await page.locator('#passkey-fault').waitFor({ state: 'visible' });
    expect((await statusOf(system.stack, id)).status).toBe('pending');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });

    // What the device signs is caught on its way, to send it again, and for the other request.
    let answer: URLSearchParams | undefined;
    page.on('request', (request) => {
      if (request.url().endsWith('/passkeys/vote')) answer = new URLSearchParams(request.postData() ?? '');
    });
    await Promise.all([page.waitForURL(link), proveButton().click()]);
    expect(await statusOf(system.stack, id, 20)).toMatchObject({
      status: 'denied',
      decision: { votes: [{ authentication: 'signed-in', counted: false }, { authentication: 'passkey' }] },
    });
    for (const requestId of [id, other.id]) {
      answer?.set('requestId', requestId);
      const again = await page.request.post(`${system.stack.urls.notifier}/passkeys/vote`, {
        headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
        data: String(answer),
      });
      expect(again.status()).toBe(422);
    }
    expect((await statusOf(system.stack, other.id)).status).toBe('pending');
  }, 120_000);

  it('while the provider is away a page says so; once it is back, people sign in', async () => {
    const { link } = await linkOf(high(), 'erin@example.test');
    await page.goto(link);
    const way = new URL((await page.locator('a.button').getAttribute('href')) ?? '', link).href;
    await page.goto(way);
    await page.locator('button[name=subject][value=erin]').waitFor();
    await system.stack.killSignIn();
    // The notifier knows the provider already; a new one has to look for it.
    await system.stack.restart('notifier');
    await page.goto(way);
    expect(await text()).toContain('Signing in does not work at the moment');
    expect(await violationsOf(page)).toEqual([]);
    await system.stack.startSignIn();
    await page.goto(link);
    await signInWhereAsked(page, 'erin');
    expect(await text()).toContain('payment provider');
  }, 120_000);

  it('a session is worth nothing once its person is deactivated', async () => {
    const { link } = await linkOf(critical(), 'dave@example.test');
    await page.goto(link);
    await signInWhereAsked(page, 'dave');
    expect(await text()).toContain('payment service');
    const { code } = await system.tollgate('policy', 'deactivate', 'dave', '--reason', 'Left.');
    expect(code).toBe(0);
    await waitUntil(
      'the link is closed',
      async () => {
        await page.goto(link);
        return (await text()).includes('Sign in to see this request');
      },
      20_000,
    );
    await page.locator('a.button').click();
    const pick = page.locator('button[name=subject][value=dave]');
    if ((await pick.count()) > 0) await pick.click();
    await page.waitForURL(/\/sign-in\/return/);
    expect(await text()).toContain('Tollgate does not know you');
  }, 90_000);
});
