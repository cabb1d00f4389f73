import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { formOf, linkOf, openedLink, post, read } from '../testing/page-reader.js';
import { settledDatabase } from '../testing/settled-database.js';
import { hasBrowser, type OpenTab, RealBrowser } from '@tollgate/servers';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { TestService } from '../testing/test-service.js';

const WITHIN_MS = 20_000;
/** Each test asks the same few people by mail. */
const EVERY_MAIL = { MAILS_PER_PERSON_PER_HOUR: '0' };

jest.setTimeout(120_000);

let service: TestService;
let browser: RealBrowser;

const linkTo = (person: string, file: ReturnType<typeof aFile>): Promise<string> =>
  openedLink(service, servers, person, file);
const aTeamFile = (): ReturnType<typeof aFile> =>
  aFile({
    plan: [aStep(['erin', 'bob', 'carol'], { quorum: { kind: 'people', count: 2, from: ['role:cto'] } })],
  });
const vote = async (person: string, requestId: string, verdict: string, reason = ''): Promise<void> => {
  const link = await linkOf(service, servers, person, requestId);
  expect((await post(link, formOf(await read(link), { verdict, reason }))).status).toBe(303);
};
const votesOf = (id: string) => service.rows(`SELECT * FROM vote WHERE request_id = '${id}' ORDER BY number`);

(hasBrowser('the review page') ? describe : describe.skip)('the review page in a real browser', () => {
  beforeAll(async () => {
    service = await TestService.prepare('browser', servers);
    await service.start(EVERY_MAIL);
    browser = await RealBrowser.launch();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.drop();
  });

  describe('can be used by everybody: no violations by axe in light and dark, 320 px wide, nothing from elsewhere', () => {
    const states: [string, () => Promise<OpenTab>, RegExp][] = [
      ['open', async () => browser.open(await linkTo('erin', aTeamFile())), /Your approval is asked/],
      [
        'open, with everything that can be on it',
        async () => {
          const file = aFile(
            {
              plan: [
                aStep(['erin', 'bob', 'carol'], {
                  quorum: { kind: 'people', count: 3, from: ['role:cto'] },
                  reasonFor: ['deny'],
                }),
              ],
              riskLevel: { claimed: 'low', effective: 'critical' },
              preflight: [{ guardrail: 'allowed-regions', verdict: 'blocked' }],
            },
            {
              reason: `${'x'.repeat(400)}\n\u202E and more`,
              onBehalfOf: ['dave'],
              parameters: { ['k'.repeat(120)]: 'v'.repeat(900) },
            },
          );
          const link = await linkTo('erin', file);
          await vote('bob', file.request.id, 'approve', 'y'.repeat(300));
          await vote('erin', file.request.id, 'approve');
          return browser.open(link);
        },
        /Needed if you choose Deny/,
      ],
      [
        'with no verdict chosen',
        async () => {
          const tab = await browser.open(await linkTo('erin', aTeamFile()), { javaScriptEnabled: true });
          await Promise.all([
            tab.page.waitForNavigation(),
            tab.page.evaluate(() =>
              setTimeout(() => document.querySelector<HTMLFormElement>('form[method=post]')?.submit()),
            ),
          ]);
          return tab;
        },
        /You have not chosen/,
      ],
      [
        'too late',
        async () => {
          const file = aFile({ plan: [aStep(['erin', 'bob'])] });
          const tab = await browser.open(await linkTo('erin', file));
          await vote('bob', file.request.id, 'deny', 'no');
          await tab.page.locator('input[value=approve]').check();
          await tab.submit();
          return tab;
        },
        /Your decision came too late/,
      ],
      [
        'of a later stage',
        async () => {
          const file = aFile({ plan: [STAGED] });
          await linkTo('bob', file);
          await vote('bob', file.request.id, 'approve');
          await vote('erin', file.request.id, 'approve');
          const tab = await browser.open(await linkOf(service, servers, 'dave', file.request.id));
          await vote('erin', file.request.id, 'abstain');
          await tab.page.reload();
          return tab;
        },
        /Others are asked before you/,
      ],
      [
        'of a step that is over',
        async () => {
          const file = aFile({
            plan: [aStep(['erin'], { onSilence: 'next', timeout: 'PT2S' }), aStep(['carol'])],
          });
          const link = await linkTo('erin', file);
          await linkOf(service, servers, 'carol', file.request.id);
          return browser.open(link);
        },
        /Other people are asked now/,
      ],
      [
        'of no request',
        () => browser.open(`${service.url}/review/${'A'.repeat(43)}`),
        /This link does not work/,
      ],
    ];

    it.each(states)('%s', async (_state, open, shown) => {
      const tab = await open();
      expect(await tab.text).toMatch(shown);
      expect(await tab.wrongs()).toEqual([]);
      await tab.close();
    });
  });

  it('is decided with the keyboard alone, without scripts', async () => {
    const file = aFile();
    const { page, ...tab } = await browser.open(await linkTo('erin', file), { javaScriptEnabled: false });
    expect(await page.locator('[role=timer]').innerText()).toBe('3 hours 59 minutes left');
    const focused = (): Promise<string> => page.locator(':focus').evaluate((element) => element.outerHTML);
    const tabTo = async (what: string): Promise<void> => {
      for (let presses = 0; presses < 20; presses += 1) {
        await page.keyboard.press('Tab');
        if ((await page.locator(':focus').count()) > 0 && (await focused()).includes(what)) return;
      }
      throw new Error(`the keyboard does not lead to ${what}`);
    };
    await tabTo('name="verdict"');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await tabTo('name="reason"');
    await page.keyboard.type('Not on a Friday.');
    await tabTo('Submit my decision');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    expect(await page.locator('body').innerText()).toContain('Decided: denied');
    expect(await votesOf(file.request.id)).toMatchObject([
      { person: 'erin', verdict: 'deny', reason: 'Not on a Friday.', counted: true },
    ]);
    expect(tab.faults).toEqual([]);
    await page.context().close();
  });

  it('shows what others say while it is open, and leaves the form alone', async () => {
    const file = aTeamFile();
    const tab = await browser.open(await linkTo('erin', file));
    const { page } = tab;
    await page.locator('input[value=approve]').check();
    const reason = page.locator('textarea[name=reason]');
    await reason.focus();
    await page.keyboard.type('I think so ');
    await vote('bob', file.request.id, 'abstain', 'I cannot judge that.');
    const form = (): Promise<string> =>
      page.locator('form[action$="/decision"]').evaluate((each) => each.outerHTML);
    const before = await form();
    await page.locator('[data-part=others]', { hasText: 'said abstain' }).waitFor();
    expect(await page.locator('[data-part=news][role=status]').innerText()).toContain('Name of bob (bob)');
    await page.keyboard.type('too.');
    expect([await reason.inputValue(), await page.locator('input[value=approve]').isChecked()]).toEqual([
      'I think so too.',
      true,
    ]);
    expect(await form()).toBe(before);
    const left = await page.locator('[role=timer]').innerText();
    expect(left).toMatch(/^3 hours 59 minutes left$/);
    expect(await tab.wrongs()).toEqual([]);

    await vote('carol', file.request.id, 'deny');
    await page.locator('[data-part=news]', { hasText: 'Denied' }).waitFor();
    expect(await form()).toBe(before);
    expect(await tab.wrongs()).toEqual([]);
    await tab.submit();
    expect(await tab.text).toContain('Your decision came too late and does not count.');
    expect((await votesOf(file.request.id)).at(-1)).toMatchObject({
      reason: 'I think so too.',
      counted: false,
    });
    await tab.close();
  });

  it('counts a countdown down', async () => {
    const file = aFile({ plan: [aStep(['erin'], { timeout: 'PT2M' })] });
    const tab = await browser.open(await linkTo('erin', file));
    const timer = tab.page.locator('[role=timer]');
    const first = await timer.innerText();
    expect(first).toMatch(/^1 minute( \d+ seconds?)? left$/);
    await servers.waitUntil('it is another', async () => (await timer.innerText()) !== first, WITHIN_MS);
    expect(tab.faults).toEqual([]);
    await tab.close();
  });

  it('is decided once by a double click, the back button and a reload', async () => {
    const file = aTeamFile();
    const tab = await browser.open(await linkTo('erin', file));
    await tab.page.locator('input[value=approve]').check();
    // The second click gives up the navigation of the first.
    await tab.page.locator('form[action$="/decision"] button').dblclick({ noWaitAfter: true });
    await tab.page.getByText('You said approve').first().waitFor();
    await tab.page.goBack();
    await tab.page.reload();
    expect(await tab.text).toContain('You said approve');
    expect(await votesOf(file.request.id)).toHaveLength(1);
    expect(tab.faults).toEqual([]);
    await tab.close();
  });

  it('decides nothing for a machine that follows, runs and submits everything', async () => {
    const file = aTeamFile();
    const link = await linkTo('erin', file);
    const before = await settledDatabase(service, servers);
    for (const method of ['GET', 'HEAD']) {
      await read(link, { method });
      await read(link, { method, headers: { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' } });
      await read(`${link}?verdict=approve`, { method });
      await read(`${link}/decision?verdict=approve`, { method });
    }
    const submissions = [
      // Every form as it stands, past the browser's own check.
      () => [...document.forms].forEach((form) => setTimeout(() => form.submit())),
      // The same as a person's button would, with that check.
      () => [...document.forms].forEach((form) => form.requestSubmit()),
      () => document.querySelectorAll('button').forEach((button) => button.click()),
      // With the check taken away.
      () =>
        document.querySelectorAll('button').forEach((button) => {
          button.formNoValidate = true;
          button.click();
        }),
    ];
    for (const submit of submissions) {
      const tab = await browser.open(link);
      const links = await tab.page
        .locator('a[href], link[href], script[src]')
        .evaluateAll((all) => all.map((each) => each.getAttribute('href') ?? each.getAttribute('src') ?? ''));
      for (const each of links) await read(new URL(each, link).href);
      await tab.page.evaluate(submit);
      await tab.page.waitForLoadState('networkidle').catch(() => undefined);
      await tab.page.goto(link);
      expect(await tab.text).toContain('Your approval is asked');
      await tab.close();
    }
    expect(await settledDatabase(service, servers)).toBe(before);
  });

  it('says so in words to whoever asks for too many pages', async () => {
    const link = await linkTo('erin', aTeamFile());
    await service.stop();
    await service.start({ ...EVERY_MAIL, PAGES_PER_MINUTE: '1' });
    await read(link);
    const tab = await browser.open(link);
    expect(await tab.text).toMatch(/Try again in \d+ seconds/);
    expect(await tab.wrongs()).toEqual([]);
    await tab.close();
  });
});
