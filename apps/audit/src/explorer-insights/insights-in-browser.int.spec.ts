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
      ['1 min–5 min', '2'],
      ['5 min–15 min', '1'],
      ['1 h–4 h', '2'],
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
        'released: people approved',
        'released: automatic',
        'approved, not released yet',
        'blocked by a guardrail',
        'denied by people',
        'denied by the policy',
        'expired',
        'cancelled: withdrawn by the requester',
        'failed',
      ],
      ['2040-01-02', '3', '0', '0', '0', '1', '0', '0', '0', '0'],
      ['2040-01-04', '0', '2', '0', '1', '0', '1', '1', '0', '0'],
      ['2040-01-11', '0', '0', '1', '0', '0', '0', '0', '1', '1'],
      ['the whole period', '3', '2', '1', '1', '1', '1', '1', '1', '1'],
    ]);
    expect(await tab.page.locator('.ends .key li').first().innerText()).toBe(
      'released: people approved: 3 (25 %)',
    );
    await tab.close();
  });
});
