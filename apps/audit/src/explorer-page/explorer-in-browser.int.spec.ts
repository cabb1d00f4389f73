import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  createTestDatabase,
  hasBrowser,
  type OpenTab,
  RealBrowser,
  type TestDatabase,
  waitUntil,
} from '@tollgate/servers';
import { A_TOKEN, aReleasedRoad, inTopics } from '../testing/a-road.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { READER_KEY, type TestService, testService } from '../testing/test-service.js';
import { signedInTab } from '../testing/signed-in-tab.js';

const WITHIN_MS = 20_000;

jest.setTimeout(120_000);

const ids: readonly string[] = Array.from({ length: 40 }, () => randomUUID());
const roads = ids.map((id, index) =>
  aReleasedRoad({
    id,
    action: index % 2 === 0 ? 'deploy_prod' : 'delete_resource',
    submittedAt: Date.UTC(2026, 10, 2, 9, index),
  }),
);

let database: TestDatabase;
let ledger: TestLedger;
let service: TestService;
let browser: RealBrowser;
let origin: string;

const signedIn = (path = '/', options = {}): Promise<OpenTab> => signedInTab(browser, origin, path, options);
/** What the reads of a spec put on record from now on. */
async function readsSince(seq: string): Promise<string[]> {
  const { rows } = await ledger.reader.query<{ value: Buffer }>(
    `SELECT value FROM record WHERE topic = 'ledger.read' AND seq >= $1 ORDER BY seq`,
    [seq],
  );
  return rows.map(({ value }) => (JSON.parse(`${value}`) as { query: string }).query);
}
async function endOfLedger(): Promise<string> {
  const { rows } = await ledger.reader.query<{ next_seq: string }>('SELECT next_seq FROM ledger_end');
  return rows[0]?.next_seq ?? '0';
}

(hasBrowser('the explorer') ? describe : describe.skip)('the explorer in a real browser', () => {
  beforeAll(async () => {
    database = await createTestDatabase('audit_explorer', LEDGER_ROLES);
    ledger = await testLedger(database);
    await ledger.newLedger().ledger.record(inTopics(roads));
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

  it('lets nobody in without a key, and leads back to what was asked for', async () => {
    const tab = await browser.open(`${origin}/requests/${ids[3]}`);
    expect(await tab.text).toContain('Your key to the ledger');
    expect(await tab.wrongs()).toEqual([]);
    await tab.page.fill('#key', 'another key');
    await Promise.all([tab.page.waitForNavigation(), tab.page.keyboard.press('Enter')]);
    expect(await tab.text).toContain('This key opens nothing here.');
    expect(await tab.wrongs()).toEqual([]);
    await tab.page.fill('#key', READER_KEY);
    await Promise.all([tab.page.waitForNavigation(), tab.page.keyboard.press('Enter')]);
    expect(tab.page.url()).toBe(`${origin}/requests/${ids[3]}`);
    expect(await tab.page.context().cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
    await Promise.all([tab.page.waitForNavigation(), tab.page.click('text=Sign out')]);
    await tab.page.goto(`${origin}/`);
    expect(tab.page.url()).toContain('/sign-in?to=');
    await tab.close();
  });

  it('takes no form of another site', async () => {
    const answer = await fetch(`${origin}/sign-in`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
      body: `key=${READER_KEY}`,
    });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  describe('can be used by everybody: no violations by axe in light and dark, 320 px wide, nothing from elsewhere', () => {
    it.each([
      ['the newest requests', '/', /25 or more requests/],
      ['a search that finds nothing', '/?person=nobody', /Nothing is on record that fits/],
      ['a search that cannot be', '/?from=2026-02-30', /does not exist/],
      ['a request', `/requests/${ids[0]}`, /What happened[\s\S]*erin votes approve/],
      ['a request that is not there', `/requests/${randomUUID()}`, /Nothing is on record/],
    ])('%s', async (_what, path, shown) => {
      const tab = await signedIn(path);
      expect(await tab.text).toMatch(shown);
      expect(await tab.wrongs()).toEqual([]);
      await tab.close();
    });
  });

  it('searches while somebody types, and puts one read on record for each search, not for each key', async () => {
    const tab = await signedIn('/', { viewport: { width: 1000, height: 800 } });
    const begin = await endOfLedger();
    await tab.page.locator('#person').pressSequentially('erin', { delay: 20 });
    await tab.page.waitForURL(`${origin}/?person=erin`);
    await tab.page.locator('#action').pressSequentially('delete_res', { delay: 20 });
    await tab.page.waitForURL(`${origin}/?person=erin&action=delete_res`);
    await tab.page.locator('[role=status]', { hasText: '20 requests' }).waitFor();
    expect(await readsSince(begin)).toEqual(['GET /?person=erin', 'GET /?person=erin&action=delete_res']);
    expect(tab.faults).toEqual([]);
    await tab.close();
  });

  it('finds a request by how its id begins, and every request once by page after page, without scripts', async () => {
    const tab = await signedIn('/', { javaScriptEnabled: false });
    const found: string[] = [];
    for (;;) {
      found.push(...(await tab.page.locator('.found code').allInnerTexts()));
      const more = tab.page.locator('a.more');
      if ((await more.count()) === 0) break;
      await Promise.all([tab.page.waitForNavigation(), more.click()]);
    }
    expect(found).toEqual(ids.toReversed());
    await tab.page.fill('#request', (ids[7] ?? '').slice(0, 13));
    await Promise.all([tab.page.waitForNavigation(), tab.page.click('button:text("Search")')]);
    expect(await tab.page.locator('.found code').allInnerTexts()).toEqual([ids[7]]);
    await Promise.all([tab.page.waitForNavigation(), tab.page.click('.found a')]);
    expect(tab.page.url()).toBe(`${origin}/requests/${ids[7]}`);
    await tab.close();
  });

  it('shows each record of a request as it came, without its credential, and puts that on record', async () => {
    const tab = await signedIn(`/requests/${ids[1]}`);
    expect(await tab.page.locator('svg.road:visible').getAttribute('aria-label')).toContain(
      'Decided (approved), 2026-11-02 09:01:03',
    );
    const begin = await endOfLedger();
    const links = tab.page.locator('.timeline a');
    expect(await links.count()).toBe(7);
    await Promise.all([tab.page.waitForNavigation(), links.last().click()]);
    expect(await tab.text).toContain('"type": "tollgate.action.released.v1"');
    expect(await tab.page.content()).not.toContain(A_TOKEN);
    expect(await tab.wrongs()).toEqual([]);
    expect(await readsSince(begin)).toEqual([`GET ${new URL(tab.page.url()).pathname}`]);
    await tab.close();
  });

  it('tells that something is new, and moves nothing', async () => {
    const id = randomUUID();
    const [submitted, routed] = aReleasedRoad({ id });
    if (submitted === undefined || routed === undefined) throw new Error('a road has records');
    const { ledger: writer } = ledger.newLedger();
    await writer.record([{ ...submitted, partition: 7 }]);
    const [list, one] = [await signedIn('/'), await signedIn(`/requests/${id}`)];
    expect(await one.page.locator('.status').first().innerText()).toBe('pending');
    await writer.record([{ ...routed, partition: 7 }]);
    await list.page.locator('#live', { hasText: '1 request has something new: show' }).waitFor();
    await one.page.locator('#live', { hasText: '1 new record of this request: show' }).waitFor();
    expect(await one.wrongs()).toEqual([]);
    await Promise.all([one.page.waitForNavigation(), one.page.click('#live a')]);
    await waitUntil(
      'the page shows it',
      async () => (await one.page.locator('.entry.route').count()) === 1,
      WITHIN_MS,
    );
    await list.close();
    await one.close();
  });
});
