import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hasBrowser, type OpenTab, waitUntil } from '@tollgate/servers';
import { type InsightsBench, insightsBench } from '../testing/insights-bench.js';
import { signedInTab } from '../testing/signed-in-tab.js';

jest.setTimeout(120_000);

const WITHIN_MS = 20_000;

const EARLY = '?from=2040-01-02&until=2040-01-11';

let bench: InsightsBench;
const looked = (query: string, options = {}): Promise<OpenTab> =>
  signedInTab(bench.browser, bench.origin, `/insights${query}`, options);
/** Opens every table. */
const unfold = (tab: OpenTab): Promise<void> =>
  tab.page.locator('body').evaluate((body) => {
    for (const each of body.querySelectorAll('details')) each.open = true;
  });
/** The cells of a table, row by row. */
const cells = (tab: OpenTab, table: string): Promise<string[][]> =>
  tab.page
    .locator(`${table} tr`)
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll('th, td')].map((cell) =>
          [...cell.childNodes]
            .map((node) => (node instanceof SVGElement ? '' : (node.textContent ?? '')))
            .join(''),
        ),
      ),
    );

(hasBrowser('the insights') ? describe : describe.skip)('the insights in a real browser', () => {
  beforeAll(async () => {
    bench = await insightsBench('audit_insights');
  });
  afterAll(() => bench?.close());

  it('let nobody in without a key', async () => {
    const tab = await bench.browser.open(`${bench.origin}/insights${EARLY}`);
    expect(tab.page.url()).toBe(`${bench.origin}/sign-in?to=${encodeURIComponent(`/insights${EARLY}`)}`);
    await tab.close();
  });

  it('show who approves what, over time', async () => {
    const tab = await looked(EARLY);
    expect(await cells(tab, '.matrix')).toEqual([
      ['Person', 'deploy_prod', 'delete_resource'],
      ['erin', '5 yes', '1 yes'],
      ['bob', '1 yes1 no', 'none'],
    ]);
    const sparks = tab.page.locator('.spark');
    expect(await sparks.evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')))).toEqual([
      'approved: 3 on 2040-01-02, 2 on 2040-01-11',
      'approved: 1 on 2040-01-04',
      'approved: 1 on 2040-01-11; denied: 1 on 2040-01-02',
    ]);
    await tab.close();
  });

  it('show how long people take', async () => {
    const tab = await looked(EARLY);
    await unfold(tab);
    expect(await cells(tab, '.waits table')).toEqual([
      ['day', 'decisions', 'median', '90th percentile'],
      ['2040-01-02', '4', '6 min', '45 min'],
      ['2040-01-04', '1', '2 h', '2 h'],
      ['2040-01-11', '2', '5 d', '9 d'],
      ['the whole period', '7', '10 min', '4 d 1 h'],
    ]);
    const histogram = (await cells(tab, '.histogram table')).slice(1);
    expect(histogram.filter(([, decisions]) => decisions !== '0')).toEqual([
      ['< 1 min', '1'],
      ['1–5 min', '2'],
      ['5–15 min', '1'],
      ['1–4 h', '2'],
      ['≥ 7 d', '1'],
    ]);
    expect(await tab.text).toContain(
      '7 decisions by people: half of them within 10 min, nine of ten within 4 d 1 h.',
    );
    expect(await tab.wrongs()).toEqual([]);
    await tab.close();
  });

  it('show what became of the requests', async () => {
    const tab = await looked(EARLY);
    expect(await cells(tab, '.ends table')).toEqual([
      [
        'day',
        'released after people approved',
        'released automatically',
        'approved, not released yet',
        'blocked by a guardrail',
        'denied by people',
        'denied by the policy',
        'expired',
        'cancelled by the requester',
        'failed',
      ],
      ['2040-01-02', '3', '0', '0', '0', '1', '0', '0', '0', '0'],
      ['2040-01-04', '0', '2', '0', '1', '0', '1', '1', '0', '0'],
      ['2040-01-11', '0', '0', '1', '0', '0', '0', '0', '1', '1'],
      ['the whole period', '3', '2', '1', '1', '1', '1', '1', '1', '1'],
    ]);
    expect(await tab.page.locator('.ends .key li').first().innerText()).toBe(
      'released after people approved: 3 (25 %)',
    );
    await tab.close();
  });

  it('name the most active people and actions, and say that there are more', async () => {
    const tab = await looked('?from=2040-01-01&until=2040-03-01');
    const [head = [], ...rows] = await cells(tab, '.matrix');
    expect(head).toHaveLength(1 + 12);
    expect(rows).toHaveLength(20);
    expect(head.slice(0, 3)).toEqual(['Person', 'deploy_prod', 'action_10']);
    expect(rows[0]?.slice(0, 2)).toEqual(['erin', '5 yes']);
    expect(await tab.text).toContain(
      'Only the 20 most active of 27 people and the 12 most active of 15 actions',
    );
    expect(await tab.page.locator('.spark').first().getAttribute('aria-label')).toBe(
      'approved: 3 in the week of 2040-01-02, 2 in the week of 2040-01-09',
    );
    expect(await tab.wrongs()).toEqual([]);
    await tab.close();
  });

  it('are about the actions that are asked for', async () => {
    const tab = await looked(`${EARLY}&action=delete_`);
    expect(await cells(tab, '.matrix')).toEqual([
      ['Person', 'delete_resource'],
      ['erin', '1 yes'],
    ]);
    expect((await cells(tab, '.ends table')).at(-1)).toEqual(['the whole period', '1']);
    expect(await tab.text).toContain('actions that begin with delete_');
    await tab.close();
    const other = await looked('?from=2040-01-11&until=2040-01-11&action=deploy_');
    expect((await cells(other, '.ends table')).at(-1)).toEqual(['the whole period', '1', '1', '1']);
    await other.close();
  });

  it('are asked for by a form without scripts, and each look is one read on record', async () => {
    const tab = await looked('', { javaScriptEnabled: false });
    expect(await tab.text).toContain('1 decision by people');
    const { rows } = await bench.ledger.reader.query<{ seq: string }>(
      'SELECT next_seq AS seq FROM ledger_end',
    );
    await tab.page.fill('#from', '2040-01-02');
    await tab.page.fill('#until', '2040-01-04');
    await tab.page.fill('#action', 'deploy');
    await Promise.all([tab.page.waitForNavigation(), tab.page.click('button:text("Show")')]);
    expect(await tab.page.locator('#from').inputValue()).toBe('2040-01-02');
    expect((await cells(tab, '.ends table')).at(-1)?.slice(0, 2)).toEqual(['the whole period', '3']);
    const reads = await bench.ledger.reader.query<{ value: Buffer }>(
      `SELECT value FROM record WHERE topic = 'ledger.read' AND seq >= $1`,
      [rows[0]?.seq],
    );
    expect(reads.rows.map(({ value }): unknown => JSON.parse(`${value}`))).toMatchObject([
      { query: 'GET /insights?from=2040-01-02&until=2040-01-04&action=deploy', count: 9 },
    ]);
    await tab.close();
  });

  it('say which records they are computed from, up to which checkpoint', async () => {
    const tab = await looked(EARLY);
    const said = await tab.page.locator('#source ~ *').allInnerTexts();
    const range = await bench.ledger.reader.query<{ first: string; last: string }>(
      `SELECT min(seq) AS first, max(seq) AS last FROM record WHERE arrived_at BETWEEN '2040-01-02' AND '2040-01-12'`,
    );
    const { first, last } = range.rows[0] ?? {};
    expect(said[0]).toContain(
      `13 records of decision.made, request.withdrawn, request.failed among the records ${first} to ${last} of the ledger;`,
    );
    expect(said[1]).toMatch(/^Checkpoint: \d+ records, signed 2040-03-05 12:00:00, root [A-Za-z0-9+/]{43}=/);
    await tab.close();
  });

  it('stand what no service writes, and say what no event could be read from', async () => {
    const tab = await looked('?from=2040-03-05&until=2040-03-05');
    expect(await tab.text).toContain('13 records of');
    expect(await tab.text).toContain('of them 5 that no event could be read from');
    expect(await tab.text).toContain('3 more decisions by people cannot be timed');
    expect(await cells(tab, '.matrix')).toEqual([
      ['Person', 'deploy_prod', 'unknown'],
      ['erin', '5 yes', '1 yes'],
    ]);
    expect((await cells(tab, '.ends table')).at(-1)).toEqual(['the whole period', '6', '1']);
    expect(await tab.wrongs()).toEqual([]);
    await tab.close();
  });

  it('ask for a shorter period where the time of a query is over', async () => {
    const tab = await looked(EARLY);
    const locker = await bench.ledger.owner.connect();
    try {
      await locker.query('BEGIN; LOCK TABLE record IN ACCESS EXCLUSIVE MODE');
      const opened = tab.page.goto(`${bench.origin}/insights?from=2040-01-01&until=2040-12-31`);
      await waitUntil(
        'the query is cancelled as one that takes too long is',
        async () => {
          const { rowCount } = await bench.ledger.admin.query(
            `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%latest AS MATERIALIZED%'`,
          );
          return rowCount === 1;
        },
        WITHIN_MS,
      );
      expect((await opened)?.status()).toBe(422);
      expect(await tab.page.locator('#from-fault').innerText()).toContain('ask for a shorter one');
      expect(await tab.page.locator('#until').inputValue()).toBe('2040-12-31');
    } finally {
      await locker.query('ROLLBACK');
      locker.release();
    }
    expect(await tab.wrongs()).toEqual([]);
    await tab.close();
  });
});
