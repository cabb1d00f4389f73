import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { workspaceFolder } from '@tollgate/servers';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { mailTo, reviewLink } from './approver/mailbox.js';
import { signInWhereAsked } from './approver/sign-in-page.js';
import { statusOf, submit } from './system/intake-client.js';
import { type RunningSystem, sharedSystem } from './system/running-system.js';

const CHROMIUM = '/usr/bin/chromium';
const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) {
  process.stderr.write(
    `\nNOT TESTED: the review page in a browser, as there is no ${CHROMIUM} (apt-get install chromium)\n\n`,
  );
}
const example = (): unknown =>
  JSON.parse(readFileSync(join(workspaceFolder(), 'examples', 'deploy-42.json'), 'utf8'));

let system: RunningSystem;
let browser: Browser;
let context: BrowserContext;

/** A page that remembers what went wrong in it. */
async function openPage(url: string): Promise<{ readonly page: Page; readonly faults: string[] }> {
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    // Chromium reports the status of a page that asks for a sign-in as an error of the page.
    if (message.type() === 'error' && !/status of 403/.test(message.text())) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const own = [system.stack.urls.notifier, system.stack.signInUrl];
    if (!own.includes(new URL(request.url()).origin)) faults.push(`asks ${request.url()}`);
  });
  await page.goto(url);
  await signInWhereAsked(page, 'erin');
  return { page, faults };
}

async function linkOfNewRequest(): Promise<{ readonly id: string; readonly link: string }> {
  const { body } = await submit(system.stack, example());
  return { id: body.id, link: reviewLink(await mailTo(system.stack, 'erin@example.test', body.id)) };
}

(hasBrowser ? describe : describe.skip)('the review page in a real browser', () => {
  beforeAll(async () => {
    system = await sharedSystem();
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
    context = await browser.newContext({ viewport: { width: 320, height: 640 } });
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  }, 60_000);

  it('shows what is asked, with nothing from elsewhere', async () => {
    const { id, link } = await linkOfNewRequest();
    const { page, faults } = await openPage(link);
    const text = await page.locator('body').innerText();
    const { contentHash } = await statusOf(system.stack, id);
    for (const part of ['deploy_prod', 'production', 'eu-west', '42.0.0', 'payment provider', contentHash])
      expect(text).toContain(part);
    expect(await page.locator('input[type=radio]:checked').count()).toBe(0);
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wider).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
    await page.close();
  }, 60_000);

  it('hears what happens while it is open, and leaves what was typed alone', async () => {
    const { id, link } = await linkOfNewRequest();
    const { page, faults } = await openPage(link);
    await page.locator('textarea[name=reason]').fill('I was about to approve.');
    const withdrawn = await system.tollgate('request', 'withdraw', id, '--reason', 'Wrong version.');
    expect(withdrawn.code).toBe(12);
    await page.locator('[role=status]', { hasText: 'Withdrawn' }).waitFor();
    expect(await page.locator('textarea[name=reason]').inputValue()).toBe('I was about to approve.');
    await page.locator('[role=status] a').click();
    await page.locator('h1', { hasText: 'Decided: cancelled' }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  }, 60_000);

  it('is decided with the keyboard alone', async () => {
    const { id, link } = await linkOfNewRequest();
    const { page, faults } = await openPage(link);
    await page.locator('input[type=radio][value=approve]').focus();
    await page.keyboard.press('Space');
    await page.locator('textarea[name=reason]').focus();
    await page.keyboard.type('Looks good.');
    await page.locator('form[action$="/decision"] button').focus();
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    expect(await statusOf(system.stack, id, 20)).toMatchObject({
      status: 'released',
      decision: { votes: [{ person: 'erin', verdict: 'approve', reason: 'Looks good.', counted: true }] },
    });
    expect(faults).toEqual([]);
    await page.close();
  }, 60_000);

  it('decides nothing without a verdict, nor twice with the back button', async () => {
    const { id, link } = await linkOfNewRequest();
    const { page } = await openPage(link);
    await Promise.all([
      page.waitForNavigation(),
      // As a scanner does it, past the browser's own check; a moment later, so that the call returns before it leaves.
      page.evaluate(() =>
        setTimeout(() => document.querySelector<HTMLFormElement>('form[method=post]')?.submit()),
      ),
    ]);
    expect(await page.locator('body').innerText()).toContain('Approve');
    expect((await statusOf(system.stack, id)).status).toBe('pending');

    await page.goto(link);
    await page.locator('input[type=radio][value=deny]').check();
    await Promise.all([page.waitForNavigation(), page.locator('form[action$="/decision"] button').click()]);
    expect((await statusOf(system.stack, id, 20)).status).toBe('denied');
    await page.goto(link);
    expect(await page.locator('form[method=post]').count()).toBe(0);
    expect((await page.locator('body').innerText()).toLowerCase()).toContain('denied');
    expect((await statusOf(system.stack, id)).decision?.votes).toHaveLength(1);
    await page.close();
  }, 60_000);
});
