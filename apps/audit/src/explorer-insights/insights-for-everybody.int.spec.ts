import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hasBrowser, type OpenTab } from '@tollgate/servers';
import { type InsightsBench, insightsBench } from '../testing/insights-bench.js';
import { signedInTab } from '../testing/signed-in-tab.js';

jest.setTimeout(120_000);

const EARLY = '?from=2040-01-02&until=2040-01-11';

let bench: InsightsBench;
const looked = (query: string, options = {}): Promise<OpenTab> =>
  signedInTab(bench.browser, bench.origin, `/insights${query}`, options);
/** Opens every table. */
const unfold = (tab: OpenTab): Promise<void> =>
  tab.page.locator('body').evaluate((body) => {
    for (const each of body.querySelectorAll('details')) each.open = true;
  });

(hasBrowser('the insights, for everybody') ? describe : describe.skip)('the insights', () => {
  beforeAll(async () => {
    bench = await insightsBench('audit_insights_for_all');
  });
  afterAll(() => bench?.close());

  describe('can be used by everybody: no violations by axe in light and dark, 320 px wide, nothing from elsewhere', () => {
    it.each([
      ['a period', EARLY, /Who approves what[\s\S]*Checkpoint/],
      ['weeks', '?from=2040-01-01&until=2040-12-31', /week by week/],
      ['a day', '?from=2040-01-02&until=2040-01-02', /day by day/],
      ['nothing', '?from=2039-01-02&until=2039-01-02', /Nothing was recorded in this period/],
      ['the first day that can be asked for', '?until=1970-01-01', /No vote counted/],
      ['the last day that can be asked for', '?from=9999-12-31&until=9999-12-31', /No vote counted/],
    ])('%s', async (_what, query, shown) => {
      const tab = await looked(query);
      await unfold(tab);
      expect(await tab.text).toMatch(shown);
      expect(await tab.wrongs()).toEqual([]);
      await tab.close();
    });

    it.each([
      ['?from=2040-02-30', '#from', /from is a day that does not exist/],
      ['?from=2040-02-03&until=2040-02-01', '#until', /until must not be before the first day/],
      ['?from=2039-02-01&until=2040-02-10', '#from', /from must be no more than 366 days before the end/],
      ['?until=1969-12-31', '#until', /until must not be before 1970/],
      ['?from=%3Cscript%3Ealert(1)%3C/script%3E', '#from', /from must be a day such as/],
      [
        '?action=%22%3E%3Cimg+src=x+onerror=alert(1)%3E',
        '#action',
        /action must be how the name of an action/,
      ],
      ["?action=x'%3BDROP+TABLE+record--", '#action', /action must be how/],
    ])('what cannot be: %s', async (query, field, shown) => {
      const tab = await looked(query);
      const described = await tab.page.locator(field).getAttribute('aria-describedby');
      expect(await tab.page.locator(`#${described}`).innerText()).toMatch(shown);
      expect(await tab.page.locator(field).getAttribute('aria-invalid')).toBe('true');
      expect(await tab.page.locator('section').count()).toBe(0);
      expect(await tab.wrongs()).toEqual([]);
      await tab.close();
    });

    it.each(['?%3Cb%3E=1', '?from=2040-01-01&from=2040-01-02', '?action[]=x', '?__proto__=x'])(
      'nor %s',
      async (query) => {
        const tab = await looked(query);
        expect(await tab.page.locator('[role=alert]').innerText()).toContain('Nothing is counted');
        expect(await tab.wrongs()).toEqual([]);
        await tab.close();
      },
    );
  });

  it('scroll to the side in their own boxes only, however wide the window is', async () => {
    const tab = await looked('');
    for (const query of ['?from=2040-01-01&until=2040-03-01', '?from=x&until=y&action=%3F']) {
      await tab.page.goto(`${bench.origin}/insights${query}`);
      for (const width of [320, 360, 390, 480, 640, 800, 1024, 1400]) {
        await tab.page.setViewportSize({ width, height: 700 });
        const wide = await tab.page.locator('html').evaluate(({ scrollWidth }) => scrollWidth);
        expect({ query, wide }).toEqual({ query, wide: width });
      }
    }
    await tab.close();
  });

  it('fit on paper, in black on white', async () => {
    const tab = await looked('?from=2040-01-01&until=2040-03-01', {
      viewport: { width: 1009, height: 700 },
      colorScheme: 'dark',
    });
    await tab.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(
      await tab.page.locator('body').evaluate((body) => ({
        wider: body.scrollWidth > body.clientWidth,
        cut: [...body.querySelectorAll('.scrolls')].filter((box) => box.scrollWidth > box.clientWidth).length,
        ink: getComputedStyle(body).color,
      })),
    ).toEqual({ wider: false, cut: 0, ink: 'rgb(0, 0, 0)' });
    expect(await tab.page.locator('form.search').isVisible()).toBe(false);
    await tab.close();
  });
});

(hasBrowser('the insights of an empty ledger') ? it : it.skip)(
  'an empty ledger has no insights',
  async () => {
    const empty = await insightsBench('audit_no_insights', { isEmpty: true });
    try {
      const tab = await signedInTab(empty.browser, empty.origin, '/insights');
      expect(await tab.text).toMatch(
        /No vote counted[\s\S]*No checkpoint is signed yet: nothing is counted\./,
      );
      expect(await tab.wrongs()).toEqual([]);
      await tab.close();
    } finally {
      await empty.close();
    }
  },
);
