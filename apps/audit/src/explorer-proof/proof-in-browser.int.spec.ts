import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  createTestDatabase,
  hasBrowser,
  type OpenTab,
  RealBrowser,
  type TestDatabase,
} from '@tollgate/servers';
import { aReleasedRoad, inTopics } from '../testing/a-road.js';
import { signedInTab } from '../testing/signed-in-tab.js';
import { signAll } from '../testing/test-checkpoints.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { type TestService, testService } from '../testing/test-service.js';
import { type BrowserProof } from './explorer-proof.controller.js';

jest.setTimeout(120_000);

const ids: readonly string[] = Array.from({ length: 30 }, () => randomUUID());

let database: TestDatabase;
let ledger: TestLedger;
let service: TestService;
let browser: RealBrowser;
let origin: string;

/** What the page says once it has checked what it got, which may have been changed on its way. */
async function checked(tab: OpenTab, change?: (proof: BrowserProof) => void): Promise<string> {
  if (change !== undefined)
    await tab.page.route('**/proof.json', async (route) => {
      const answer = await route.fetch();
      const proof = (await answer.json()) as BrowserProof;
      change(proof);
      await route.fulfill({ response: answer, json: proof });
    });
  await tab.page.click('#check');
  await tab.page.locator('#verdict.good, #verdict.bad, #verdict.warning').waitFor();
  return tab.page.locator('#verdict').innerText();
}
const results = (tab: OpenTab): Promise<string[]> =>
  tab.page
    .locator('.step')
    .evaluateAll((steps) =>
      steps.map((step) => `${step.getAttribute('data-step')} ${step.getAttribute('data-result')}`),
    );
const proofOf = (nth = 4): Promise<OpenTab> => signedInTab(browser, origin, `/requests/${ids[nth]}/proof`);
const first = (proof: BrowserProof) => {
  const [record] = proof.records;
  if (record === undefined) throw new Error('the request has records');
  return record;
};

(hasBrowser('the proof of a request') ? describe : describe.skip)(
  'the proof of a request in a real browser',
  () => {
    beforeAll(async () => {
      database = await createTestDatabase('audit_proof_page', LEDGER_ROLES);
      ledger = await testLedger(database);
      await ledger.newLedger().ledger.record(inTopics(ids.map((id) => aReleasedRoad({ id }))));
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

    it('is computed by the browser itself, from the bytes to the signature', async () => {
      for (const nth of [0, 17, ids.length - 1]) {
        const tab = await proofOf(nth);
        expect(await checked(tab)).toMatch(
          /^All 7 records of this request are in the signed ledger, unchanged\./,
        );
        expect(await results(tab)).toEqual([
          'fingerprints good',
          'leaves good',
          'path good',
          'signature good',
          'key skipped',
        ]);
        expect(await tab.wrongs()).toEqual([]);
        await tab.close();
      }
    });

    const changes: [string, RegExp, (proof: BrowserProof) => void][] = [
      [
        'a byte of a record',
        /fingerprints bad/,
        ({ bytes, records }) => {
          const stored = bytes?.[String(records[3]?.seq)];
          if (stored?.value == null) throw new Error('the vote is kept');
          const value = Buffer.from(stored.value, 'base64').toString().replace('approve', 'disprove');
          Object.assign(stored, { value: Buffer.from(value).toString('base64') });
        },
      ],
      [
        'the time at which it came',
        /leaves bad/,
        (proof) => void (first(proof).recordedAt = '2020-01-01T00:00:00.000Z'),
      ],
      ['its place', /leaves bad/, (proof) => void (first(proof).place.offset += '1')],
      ['its number', /path bad/, (proof) => void (first(proof).seq += 1)],
      ['a floor of the way that is left out', /path bad/, (proof) => void first(proof).proof.pop()],
      ['the neighbours', /path bad/, (proof) => void first(proof).proof.reverse()],
      [
        'the size in the checkpoint',
        /signature bad/,
        ({ checkpoint }) => {
          if (checkpoint === null) throw new Error('there is a checkpoint');
          checkpoint.note = checkpoint.note.replace(`\n${checkpoint.size}\n`, `\n${checkpoint.size + 1}\n`);
        },
      ],
      [
        'a record and everything below the signature, made to fit',
        /path bad/,
        (proof) =>
          Object.assign(first(proof), { sha256: 'ab'.repeat(32), leafHash: proof.records[1]?.leafHash }),
      ],
    ];
    it.each(changes)('shows red for %s that was changed', async (_what, wrong, change) => {
      const tab = await proofOf();
      expect(await checked(tab, change)).toMatch(/^Something does not fit\./);
      expect(await tab.page.locator('#verdict').getAttribute('class')).toBe('notice bad');
      expect((await results(tab)).join(', ')).toMatch(wrong);
      expect(await tab.wrongs()).toEqual([]);
      await tab.close();
    });

    it('shows red where the key is not the one that the reader was given', async () => {
      const tab = await proofOf();
      await tab.page.fill('#known-key', 'tollgate/other/ledger+00000000+AAAA');
      expect(await checked(tab)).toMatch(/^Something does not fit\./);
      expect((await results(tab)).at(-1)).toBe('key bad');
      const own = await tab.page.locator('#proof').getAttribute('data-vkey');
      await tab.page.fill('#known-key', own ?? '');
      await checked(tab);
      await tab.page.locator('#verdict.good').waitFor();
      expect((await results(tab)).at(-1)).toBe('key good');
      await tab.close();
    });

    it('says what it cannot check in a browser without Ed25519', async () => {
      const tab = await signedInTab(browser, origin, '/');
      await tab.page.addInitScript(() => {
        Object.defineProperty(Object.getPrototypeOf(crypto.subtle), 'importKey', {
          value() {
            throw new DOMException('Unrecognized name.', 'NotSupportedError');
          },
        });
      });
      await tab.page.goto(`${origin}/requests/${ids[4]}/proof`);
      expect(await checked(tab)).toContain('nobody has checked here who signed it');
      expect(await results(tab)).toContain('signature unknown');
      await tab.close();
    });
  },
);
