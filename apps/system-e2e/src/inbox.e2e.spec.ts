import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitUntil } from '@tollgate/servers';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { tokenOf, vote } from './approver/vote-by-token.js';
import { statusOf, submit } from './system/intake-client.js';
import { type RunningSystem, sharedSystem } from './system/running-system.js';

const CHROMIUM = '/usr/bin/chromium';
const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) {
  process.stderr.write(
    `\nNOT TESTED: the inbox in a browser, as there is no ${CHROMIUM} (apt-get install chromium)\n\n`,
  );
}
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WITHIN_MS = 30_000;

/** Decided by a team lead, with the link or more. */
const deploy = (service: string) => ({
  action: 'deploy_prod',
  environment: 'production',
  riskLevel: 'low',
  target: { service, region: 'eu-west' },
  parameters: { version: '1.2.3' },
  reason: 'A small fix of the texts.',
});
/** Two people, with a recent sign-in, or a passkey. */
const rotate = (riskLevel: 'high' | 'critical') => ({
  action: 'rotate_secrets',
  environment: 'production',
  riskLevel,
  target: { region: 'eu-west' },
  parameters: { names: ['payments'] },
  reason: 'They were seen in a log.',
});

let system: RunningSystem;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let faults: string[];

const inboxUrl = (): string => `${system.stack.urls.notifier}/inbox`;
const text = (): Promise<string> => page.locator('main').innerText();
const cardOf = (id: string) => page.locator(`.card[data-request="${id}"]`);

async function opened(...requests: unknown[]): Promise<string[]> {
  const ids: string[] = [];
  for (const request of requests) ids.push((await submit(system.stack, request)).body.id);
  await waitUntil(
    'all wait for people',
    async () => {
      const found = await Promise.all(ids.map((id) => statusOf(system.stack, id)));
      return found.every(({ asked }) => (asked?.length ?? 0) > 0);
    },
    WITHIN_MS,
  );
  return ids;
}

/** Opens the inbox, by way of the provider where one is not signed in. */
async function signIn(person: string): Promise<void> {
  await page.goto(inboxUrl());
  const pick = page.locator(`button[name=subject][value=${person}]`);
  if ((await pick.count()) > 0) {
    await pick.click();
    await page.waitForURL((url) => url.pathname.startsWith('/inbox'));
  }
}

async function shows(id: string): Promise<void> {
  await waitUntil(
    'the inbox shows it',
    async () => {
      await page.goto(inboxUrl());
      return (await cardOf(id).count()) > 0;
    },
    WITHIN_MS,
  );
}

interface AxeRun {
  run(): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }>;
}

/** Looks at the page as it is now, light and dark, and on the narrowest of phones. */
async function isForEverybody(what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: AxeRun };
      const found = await axe.run();
      return found.violations.map(
        ({ id, nodes }) => `${id}: ${JSON.stringify(nodes.map(({ target }) => target))}`,
      );
    });
    expect([what, colorScheme, violations]).toEqual([what, colorScheme, []]);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  const wider = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect([what, wider]).toEqual([what, 0]);
  await page.setViewportSize({ width: 1000, height: 800 });
}

async function follow(action: () => Promise<unknown>): Promise<void> {
  await Promise.all([page.waitForNavigation(), action()]);
}

(hasBrowser ? describe : describe.skip)('the inbox in a real browser', () => {
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
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  }, 60_000);

  const open = async (options: { readonly javaScriptEnabled?: boolean } = {}): Promise<void> => {
    context = await browser.newContext({ viewport: { width: 1000, height: 800 }, ...options });
    page = await context.newPage();
    faults = [];
    page.on('console', (message) => {
      // Chromium reports the status of a page that says what was wrong as an error of the page.
      if (message.type() === 'error' && !/status of (401|403|404|409|422)/.test(message.text()))
        faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('request', (request) => {
      const own = [system.stack.urls.notifier, system.stack.signInUrl];
      if (!own.includes(new URL(request.url()).origin)) faults.push(`asks ${request.url()}`);
    });
  };
  beforeEach(() => open());
  afterEach(async () => {
    await context?.close();
    expect(faults).toEqual([]);
  });

  it('every page is for everybody: in light and dark, on a phone, without a fault', async () => {
    const [one = '', two = '', both = '', critical = ''] = await opened(
      deploy('shop'),
      deploy('search'),
      rotate('high'),
      rotate('critical'),
    );
    await signIn('bob');
    await shows(critical);
    await isForEverybody('what waits for me');
    await page.locator('details.filters summary').click();
    await page.locator('#keys summary').click();
    await isForEverybody('the inbox with everything unfolded');
    await page.goto(`${inboxUrl()}?risk=critical&requester=nobody&after=x`);
    await isForEverybody('an inbox in which nothing fits');

    await page.goto(`${inboxUrl()}/requests/${both}`);
    await isForEverybody('a request');
    await follow(() =>
      page.locator('form[action$="/decision"] button').evaluate((button) => {
        // Past the browser's own check.
        setTimeout(() => (button as HTMLButtonElement).form?.submit());
      }),
    );
    expect(await text()).toContain('You have not chosen');
    await isForEverybody('a request whose form was sent without a verdict');
    await page.locator('input[value=approve]').check();
    await follow(() => page.locator('form[action$="/decision"] button').click());
    expect(await text()).toMatch(/You said approve/);
    await isForEverybody('a request that was answered');
    await page.goto(`${inboxUrl()}?list=others`);
    expect(await text()).toMatch(/1 of \d answered, waiting for/);
    await isForEverybody('what waits for others');

    await page.goto(`${inboxUrl()}/several?id=${one}&id=${critical}&id=${both}`);
    await isForEverybody('one of several, and what was left out');
    await page.goto(`${inboxUrl()}/several?id=${one}&id=${both}`);
    expect(await text()).toContain('These are not alike');
    await isForEverybody('several that are not alike');
    await page.goto(`${inboxUrl()}/several?id=${one}&id=${two}`);
    await isForEverybody('several');
    await page.locator('input[value=deny]').check();
    await page.locator('textarea[name=reason]').fill('Not today.');
    await follow(() => page.locator('form[action$="/decision"] button').click());
    expect(await text()).toContain('You denied 2 of 2 requests.');
    await isForEverybody('what became of several');
    await page.goto(`${inboxUrl()}?list=decided`);
    expect(await text()).toContain('Not today.');
    await isForEverybody('what I decided');
    await page.goto(`${inboxUrl()}/requests/01a20612-a58c-714c-9dc0-48b56d53c10e`);
    await isForEverybody('a request that there is not');
    for (const id of [one, two]) expect((await statusOf(system.stack, id, 20)).status).toBe('denied');
  }, 180_000);

  it('is used with the keyboard alone', async () => {
    const ids = await opened(deploy('a'), deploy('b'), deploy('c'));
    await signIn('bob');
    await shows(ids[2] ?? '');
    const focused = () =>
      page.evaluate(() => document.activeElement?.closest('.card')?.getAttribute('data-request'));
    const order = await page
      .locator('.inbox > .card')
      .evaluateAll((cards) => cards.map((card) => card.getAttribute('data-request')));
    await page.keyboard.press('j');
    expect(await focused()).toBe(order[0]);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe(order[1]);
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    expect(await focused()).toBe(order[0]);
    await page.keyboard.press('?');
    expect(await page.locator('#keys').getAttribute('open')).not.toBeNull();
    await page.keyboard.press('?');
    expect(await page.locator('#keys').getAttribute('open')).toBeNull();

    // Those that are alike are selected and decided together.
    for (const id of order) {
      if (ids.includes(id ?? '')) await page.keyboard.press('x');
      await page.keyboard.press('j');
    }
    expect(await page.locator('.pick :checked').count()).toBe(3);
    await page.locator('.selection button').focus();
    await follow(() => page.keyboard.press('Enter'));
    expect(await text()).toContain('Decide 3 together');
    await page.locator('input[value=approve]').focus();
    await page.keyboard.press('Space');
    await page.locator('textarea[name=reason]').focus();
    await page.keyboard.type('Good. j k x ?');
    await page.locator('form[action$="/decision"] button').focus();
    await follow(() => page.keyboard.press('Enter'));
    expect(await text()).toContain('You approved 3 of 3 requests.');
    for (const id of ids) {
      expect(await statusOf(system.stack, id, 20)).toMatchObject({
        status: 'released',
        decision: {
          votes: [
            { person: 'bob', verdict: 'approve', reason: 'Good. j k x ?', authentication: 'signed-in' },
          ],
        },
      });
    }
    const [one = ''] = await opened(deploy('d'));
    await shows(one);
    await page.keyboard.press('j');
    await follow(() => page.keyboard.press('Enter'));
    expect(new URL(page.url()).pathname).toMatch(/^\/inbox\/requests\//);
  }, 120_000);

  it('works without scripts', async () => {
    await context.close();
    await open({ javaScriptEnabled: false });
    const ids = await opened(deploy('e'), deploy('f'), deploy('g'));
    await signIn('dave');
    await shows(ids[2] ?? '');
    for (const id of ids.slice(0, 2)) await cardOf(id).locator('input[type=checkbox]').check();
    await page.locator('.selection button').click();
    expect(await text()).toContain('Decide 2 together');
    await page.locator('input[value=approve]').check();
    await page.locator('form[action$="/decision"] button').click();
    expect(await text()).toContain('You approved 2 of 2 requests.');
    await page.goto(`${inboxUrl()}/requests/${ids[2]}`);
    await page.locator('input[value=abstain]').check();
    await page.locator('form[action$="/decision"] button').click();
    expect(await text()).toContain('You said abstain');
    for (const id of ids.slice(0, 2)) expect((await statusOf(system.stack, id, 20)).status).toBe('released');
  }, 120_000);

  it('tells what is new and moves nothing', async () => {
    const [shown = ''] = await opened(deploy('h'));
    await signIn('bob');
    await shows(shown);
    await page.waitForFunction(() => document.documentElement.dataset['live'] === 'yes');
    const places = () =>
      page
        .locator('.card, .selection, .pages')
        .evaluateAll((elements) =>
          elements.map((element) => JSON.stringify(element.getBoundingClientRect())),
        );
    const before = await places();
    const [fresh = ''] = await opened(deploy('i'));
    const live = page.locator('#live');
    await live.getByText('new request').waitFor();
    expect(await places()).toEqual(before);
    const token = await tokenOf(system.stack, 'dave');
    await vote(system.stack, token, shown, 'deny');
    await cardOf(shown).getByText('Meanwhile: denied.').waitFor();
    expect(await places()).toEqual(before);
    await isForEverybody('the inbox with news');
    await follow(() => live.locator('a').click());
    expect(await cardOf(fresh).count()).toBe(1);
    expect(await cardOf(shown).count()).toBe(0);
  }, 120_000);

  it('keeps what was written when the session ends, and decides nothing', async () => {
    const [id = ''] = await opened(deploy('k'));
    await signIn('bob');
    await page.goto(`${inboxUrl()}/requests/${id}`);
    await page.locator('input[value=approve]').check();
    await page.locator('textarea[name=reason]').fill('I looked at it for long.');
    const other = await context.newPage();
    await other.goto(inboxUrl());
    await other.locator('form[action="/sign-out"] button').click();
    await other.getByText('signed out of Tollgate').waitFor();
    await follow(() => page.locator('form[action$="/decision"] button').click());
    expect(await text()).toContain('nothing was decided');
    expect(await page.locator('textarea[name=reason]').inputValue()).toBe('I looked at it for long.');
    await isForEverybody('a form whose session has ended');
    const [tab] = await Promise.all([context.waitForEvent('page'), page.locator('a.button').click()]);
    // The provider may still know who it is.
    await tab.waitForURL(({ pathname }) => /^\/(inbox|interaction)/.test(pathname));
    const pick = tab.locator('button[name=subject][value=bob]');
    if ((await pick.count()) > 0) await pick.click();
    await tab.waitForURL(({ pathname }) => pathname.startsWith('/inbox'));
    await follow(() => page.locator('form button', { hasText: 'go on' }).click());
    expect(await page.locator('textarea[name=reason]').inputValue()).toBe('I looked at it for long.');
    expect(await page.locator('input[type=radio]:checked').count()).toBe(0);
    expect((await statusOf(system.stack, id)).status).toBe('pending');
    await page.locator('input[value=approve]').check();
    await follow(() => page.locator('form[action$="/decision"] button').click());
    expect(await statusOf(system.stack, id, 20)).toMatchObject({
      decision: { votes: [{ person: 'bob', reason: 'I looked at it for long.' }] },
    });
  }, 120_000);

  it('decides once from two tabs and by a double click', async () => {
    const [id = ''] = await opened(rotate('high'));
    await signIn('dave');
    const url = `${inboxUrl()}/requests/${id}`;
    await page.goto(url);
    const other = await context.newPage();
    await other.goto(url);
    await page.locator('input[value=approve]').check();
    await page.locator('form[action$="/decision"] button').dblclick();
    await page.getByText('You said approve').waitFor();
    await other.locator('input[value=approve]').check();
    await other.locator('form[action$="/decision"] button').click();
    await other.getByText('You said approve').waitFor();
    const token = await tokenOf(system.stack, 'erin');
    await vote(system.stack, token, id, 'approve');
    const { decision } = await statusOf(system.stack, id, 20);
    expect(decision?.votes.filter(({ person }) => person === 'dave')).toHaveLength(1);
  }, 120_000);

  it('an absence is declared, seen by both, and revoked', async () => {
    await signIn('dave');
    await page.goto(`${inboxUrl()}/absence`);
    await isForEverybody('no absence');
    await page.locator('input[name=to]').fill('dave');
    await page.locator('input[name=until]').fill('2030-01-02T10:00');
    await follow(() => page.locator('form[action="/inbox/absence"] button').click());
    expect(await text()).toContain('Nobody stands for themselves.');
    expect(await page.locator('input[name=until]').inputValue()).toBe('2030-01-02T10:00');
    await isForEverybody('an absence that was refused');
    const until = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 16);
    await page.locator('input[name=until]').fill(until);
    await page.locator('input[name=to]').fill('bob');
    await follow(() => page.locator('form[action="/inbox/absence"] button').click());
    expect(await text()).toContain('It is declared.');
    expect(await text()).toContain('stands for you');
    await isForEverybody('an absence');
    await follow(() => page.locator('form[action="/inbox/absence/revoke"] button').click());
    expect(await text()).toContain('It is revoked.');
  }, 120_000);
});
