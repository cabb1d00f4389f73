import { describe, expect, it } from '@jest/globals';
import { type JsonObject } from '@tollgate/contracts';
import { LedgerRules, type Population } from './ledger-rules.js';
import { type Violation } from './rule.js';
import { AS_OF, aLedger, onRecord, RELEASED, type Written } from './testing/a-ledger.js';

/** Made up, in the form of such a key. */
const KEY = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');

/** Parsed JSON that a spec changes; a wrong path fails where it is used. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

const dataOf = (ledger: readonly Written[], topic: string): Loose =>
  ledger.find((one) => one.topic === topic && JSON.stringify(one.event).includes(RELEASED))?.event['data'];
const changed = (change: (ledger: Written[]) => void): Written[] => {
  const ledger = aLedger().map((one) => ({ ...one, event: structuredClone(one.event) }));
  change(ledger);
  return ledger;
};

async function secretsIn(
  ledger: readonly Written[],
  population: Population = 'whole',
): Promise<readonly Violation[]> {
  const rules = new LedgerRules(population);
  for (const record of onRecord(ledger)) rules.take(record);
  await rules.searchSecrets();
  return rules.finish(AS_OF).violations.filter(({ rule }) => rule === 'no-secret');
}

/** Whatever the first revision says besides. */
const allowing = (ledger: readonly Written[], secrets: JsonObject): void => {
  const published = ledger.find(({ topic }) => topic === 'policy.published')?.event as Loose;
  published.data.policy = { ...published.data.policy, secrets };
};

describe('secrets on record', () => {
  it('are none where the doors let none in', async () => {
    expect(await secretsIn(aLedger())).toEqual([]);
  });

  it.each([
    [
      'a parameter',
      'request.submitted',
      (data: Loose) => (data.request.parameters = { chart: { image: KEY } }),
      '/request/parameters/chart/image',
    ],
    [
      'a reason',
      'request.submitted',
      (data: Loose) => (data.request.reason = `it is ${KEY}`),
      '/request/reason',
    ],
    ['a vote', 'vote.cast', (data: Loose) => (data.vote.reason = KEY), '/vote/reason'],
  ] as const)('are found in %s, by kind and place, and not told', async (_what, topic, put, pointer) => {
    const found = await secretsIn(changed((ledger) => put(dataOf(ledger, topic))));
    expect(found).toMatchObject([{ requestId: RELEASED, seq: expect.any(Number) }]);
    expect(found[0]?.detail).toMatch(new RegExp(`^[\\w-]+ at /data${pointer}$`));
    expect(JSON.stringify(found)).not.toContain(KEY);
  });

  it('are not what the policy of the time allows, and are what it adds', async () => {
    const put = (ledger: readonly Written[]): void => {
      dataOf(ledger, 'vote.cast').vote.reason = 'the code is TG-INTERNAL-4711';
    };
    expect(await secretsIn(changed(put))).toEqual([]);
    const adding = { rules: [{ id: 'internal-code', pattern: 'TG-INTERNAL-[0-9]{4}' }] };
    const withRule = changed((ledger) => {
      put(ledger);
      allowing(ledger, adding);
    });
    expect(await secretsIn(withRule)).toMatchObject([
      { detail: expect.stringMatching(/^internal-code at \/data\/vote\/reason/) },
    ]);
  });

  it('are not looked for where the policy is not on record', async () => {
    const ledger = changed((all) => (dataOf(all, 'vote.cast').vote.reason = KEY)).filter(
      ({ topic }) => topic !== 'policy.published',
    );
    expect(await secretsIn(ledger, 'range')).toEqual([]);
  });
});
