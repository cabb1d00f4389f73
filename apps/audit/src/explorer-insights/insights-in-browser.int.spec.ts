import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type IncomingRecord } from '@tollgate/messaging';
import {
  createTestDatabase,
  hasBrowser,
  type OpenTab,
  RealBrowser,
  type TestDatabase,
} from '@tollgate/servers';
import { aReleasedRoad, inTopics } from '../testing/a-road.js';
import { anEndedRoad } from '../testing/an-ended-road.js';
import { signedInTab } from '../testing/signed-in-tab.js';
import { signAll } from '../testing/test-checkpoints.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { type TestService, testService } from '../testing/test-service.js';

jest.setTimeout(120_000);

const released = (waited: number) =>
  anEndedRoad({ votes: [['erin', 'approve']], outcome: 'approved', waited, end: 'released' });
const automatic = () => anEndedRoad({ outcome: 'approved', decidedBy: 'automation', end: 'released' });

/** What is recorded on which day. The days lie ahead, as nothing can be recorded before what was. */
const DAYS: Readonly<Record<string, readonly (readonly IncomingRecord[])[]>> = {
  '2040-01-02': [
    released(30),
    released(120),
    released(600),
    anEndedRoad({ votes: [['bob', 'deny']], outcome: 'denied', waited: 3_600, end: 'nothing' }),
  ],
  '2040-01-04': [
    anEndedRoad({
      action: 'delete_resource',
      votes: [
        ['erin', 'approve'],
        ['dave', 'abstain'],
      ],
      outcome: 'approved',
      waited: 7_200,
      end: 'blocked',
    }),
    automatic(),
    automatic(),
    anEndedRoad({ outcome: 'expired', decidedBy: 'timeout', end: 'nothing' }),
    anEndedRoad({ outcome: 'denied', decidedBy: 'policy', end: 'nothing' }),
  ],
  '2040-01-11': [
    anEndedRoad({ end: 'withdrawn' }),
    anEndedRoad({ votes: [['erin', 'approve']], outcome: 'approved', waited: 864_000, end: 'failed' }),
    anEndedRoad({
      votes: [
        ['erin', 'approve'],
        ['bob', 'approve'],
      ],
      outcome: 'approved',
      end: 'nothing',
    }),
  ],
  // Twenty-five people, thirteen of them on an action of their own.
  '2040-02-06': Array.from({ length: 25 }, (_, nth) =>
    anEndedRoad({
      action: nth < 13 ? `action_${nth + 10}` : 'deploy_prod',
      votes: [[`person-${nth + 10}`, 'approve']],
      outcome: 'approved',
      end: 'released',
    }),
  ),
};

/** The road of a request whose decision was changed, byte by byte, after it was written. */
function tampered(change: (text: string) => string): IncomingRecord[] {
  const road = anEndedRoad({ votes: [['erin', 'approve']], outcome: 'approved', end: 'released' });
  return road.map((record) =>
    record.topic === 'decision.made' && record.value !== null
      ? { ...record, value: Buffer.from(change(record.value.toString('latin1')), 'latin1') }
      : record,
  );
}
const again = anEndedRoad({ votes: [['erin', 'approve']], outcome: 'approved', end: 'released' });
/** What no service of ours writes. */
const HOSTILE: readonly (readonly IncomingRecord[])[] = [
  tampered(() => '{"data":'),
  tampered((text) => text.replace('deploy_prod', '<script>alert(1)</script>')),
  tampered((text) => text.replace('the error budget', 'the \\u0000 budget')),
  tampered((text) => text.replace('the error budget', 'the \\ud800 budget')),
  tampered((text) => text.replace(/"decidedAt":"[^"]*"/, '"decidedAt":"soon"')),
  tampered((text) => text.replace('"counted":true', '"counted":"perhaps"')),
  tampered((text) => text.replace('the error budget', 'the \xff budget')),
  tampered((text) => text.replace('"request":{', '"asked":{')),
  tampered((text) => text.replace('"decidedBy":"people"', '"decidedBy":"<img src=x>"')),
  anEndedRoad({ votes: [['erin', 'approve']], outcome: 'approved', end: 'released' }).filter(
    ({ topic }) => topic !== 'route.resolved',
  ),
  [...again, ...again.filter(({ topic }) => topic === 'decision.made')],
];

let database: TestDatabase;
let ledger: TestLedger;
let service: TestService;
let browser: RealBrowser;
let origin: string;

const looked = (query: string, options = {}): Promise<OpenTab> =>
  signedInTab(browser, origin, `/insights${query}`, options);
const EARLY = '?from=2040-01-02&until=2040-01-11';

/** Records as if it were that day: arrivals only rise. */
async function recordOn(day: string, partition: number, roads: readonly (readonly IncomingRecord[])[]) {
  await ledger.owner.query('UPDATE ledger_end SET last_arrived_at = $1', [new Date(`${day}T12:00:00Z`)]);
  await ledger.newLedger().ledger.record(inTopics(roads, partition));
}
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
    database = await createTestDatabase('audit_insights', LEDGER_ROLES);
    ledger = await testLedger(database);
    await ledger.newLedger().ledger.record(inTopics([aReleasedRoad()]));
    for (const [nth, [day, roads]] of Object.entries(DAYS).entries()) await recordOn(day, nth + 1, roads);
    await recordOn('2040-03-05', 9, HOSTILE);
    await signAll(ledger.writer);
    service = await testService(database);
    origin = await service.listen();
    browser = await RealBrowser.launch();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
    await ledger?.close();
    await database?.drop();
  });

  it('let nobody in without a key', async () => {
    const tab = await browser.open(`${origin}/insights${EARLY}`);
    expect(tab.page.url()).toBe(`${origin}/sign-in?to=${encodeURIComponent(`/insights${EARLY}`)}`);
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
    const { rows } = await ledger.reader.query<{ seq: string }>('SELECT next_seq AS seq FROM ledger_end');
    await tab.page.fill('#from', '2040-01-02');
    await tab.page.fill('#until', '2040-01-04');
    await tab.page.fill('#action', 'deploy');
    await Promise.all([tab.page.waitForNavigation(), tab.page.click('button:text("Show")')]);
    expect(await tab.page.locator('#from').inputValue()).toBe('2040-01-02');
    expect((await cells(tab, '.ends table')).at(-1)?.slice(0, 2)).toEqual(['the whole period', '3']);
    const reads = await ledger.reader.query<{ value: Buffer }>(
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
    const range = await ledger.reader.query<{ first: string; last: string }>(
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
    expect(await tab.text).toContain('12 records of');
    expect(await tab.text).toContain('of them 4 that no event could be read from');
    expect(await tab.text).toContain('2 more decisions by people cannot be timed');
    expect(await cells(tab, '.matrix')).toEqual([
      ['Person', 'deploy_prod', 'unknown'],
      ['erin', '5 yes', '1 yes'],
    ]);
    expect((await cells(tab, '.ends table')).at(-1)).toEqual(['the whole period', '6', '1']);
    expect(await tab.wrongs()).toEqual([]);
    await tab.close();
  });

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
    const emptyDatabase = await createTestDatabase('audit_no_insights', LEDGER_ROLES);
    const emptyLedger = await testLedger(emptyDatabase);
    const emptyService = await testService(emptyDatabase);
    const ownBrowser = await RealBrowser.launch();
    try {
      const tab = await signedInTab(ownBrowser, await emptyService.listen(), '/insights');
      expect(await tab.text).toMatch(
        /No vote counted[\s\S]*No checkpoint is signed yet: nothing is counted\./,
      );
      expect(await tab.wrongs()).toEqual([]);
      await tab.close();
    } finally {
      await ownBrowser.close();
      await emptyService.close();
      await emptyLedger.close();
      await emptyDatabase.drop();
    }
  },
);
