import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { isConsistent, isIncluded, openCheckpoint, verifyExport } from '@tollgate/ledger';
import { createTestDatabase, type TestDatabase } from '@tollgate/servers';
import { type ConsistencyDocument } from '../checkpoints/checkpoints.controller.js';
import { type RequestProofDocument } from '../checkpoints/request-proof.document.js';
import { aReleasedRoad, inTopics } from '../testing/a-road.js';
import { signAll, smallRecords, testSigner } from '../testing/test-checkpoints.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { testService, type TestService } from '../testing/test-service.js';

jest.setTimeout(60_000);

const DAY_MS = 24 * 60 * 60 * 1000;
const OLD = 700;
const id = randomUUID();
const today = new Date();
const nextMonth = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 2);
const partition = `record_${today.toISOString().slice(0, 7).replace('-', '_')}`;
const key = testSigner().verifier;

let database: TestDatabase;
let ledger: TestLedger;
let service: TestService;
let early: { readonly size: number; readonly root: Buffer };
let bounds: string;
let whole: string;

const writer = () => ledger.newLedger().ledger;
const sign = async () => {
  const checkpoint = await signAll(ledger.writer, nextMonth);
  if (checkpoint === undefined) throw new Error('there is a checkpoint');
  return checkpoint;
};
async function text(path: string): Promise<string> {
  const { status, body } = await service.get(path);
  if (status !== 200) throw new Error(`HTTP ${status}: ${body}`);
  return body;
}
const json = async <T>(path: string): Promise<T> => JSON.parse(await text(path)) as T;
const verified = (exported: string) => verifyExport([Buffer.from(exported)], { key });

beforeAll(async () => {
  database = await createTestDatabase('audit_moved_out', LEDGER_ROLES);
  ledger = await testLedger(database);
  await writer().record(smallRecords(OLD));
  early = await sign();
  // Arrivals never go back: what comes now comes next month.
  await ledger.writer.query('UPDATE ledger_end SET last_arrived_at = $1', [new Date(nextMonth)]);
  await writer().record([...smallRecords(300, { from: OLD }), ...inTopics([aReleasedRoad({ id })])]);
  await sign();
  service = await testService(database);
  whole = await text('/v1/export');
  const { rows } = await ledger.admin.query<{ bounds: string }>(
    `SELECT pg_get_expr(relpartbound, oid) AS bounds FROM pg_class WHERE relname = $1`,
    [partition],
  );
  bounds = rows[0]?.bounds ?? '';
  await ledger.owner.query(`ALTER TABLE record DETACH PARTITION ${partition}`);
});
afterAll(async () => {
  await service.close();
  await ledger.close();
  await database.drop();
});

it('a month that was moved out takes no proof of another month with it', async () => {
  const { checkpoint, records } = await json<RequestProofDocument>(`/v1/requests/${id}/proof`);
  if (checkpoint === null) throw new Error('there is a checkpoint');
  const { root, size } = openCheckpoint(checkpoint.note, key, []);
  expect(records.length).toBeGreaterThan(5);
  for (const { seq, leafHash, proof } of records)
    expect(
      isIncluded({
        leafHash: Buffer.from(leafHash, 'base64'),
        index: seq,
        size,
        proof: proof.map((hash) => Buffer.from(hash, 'base64')),
        root,
      }),
    ).toBe(true);
});

it('nor that the ledger of today holds the one of before', async () => {
  await writer().record(smallRecords(400, { from: OLD + 300 }));
  const late = await sign();
  const { proof } = await json<ConsistencyDocument>(
    `/v1/checkpoints/consistency?from=${early.size}&to=${late.size}`,
  );
  const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
  expect(isConsistent(early, late, hashes)).toBe(true);
});

it('an export of what is there verifies; one of more says what is not there', async () => {
  const from = new Date(nextMonth - DAY_MS).toISOString();
  expect(await verified(await text(`/v1/export?from=${from}`))).toMatchObject({
    completeness: 'range',
    header: { range: { from: OLD } },
  });
  const { status, body } = await service.get('/v1/export');
  expect(status).toBe(410);
  expect(JSON.parse(body)).toMatchObject({
    detail: expect.stringMatching(new RegExp(`record 0 on .*moved out.*begins from ${OLD} on`)),
  });
});

it('what was exported before it was moved verifies as ever', async () => {
  const verdict = await verified(whole);
  expect(verdict).toMatchObject({ completeness: 'whole' });
  expect(verdict).not.toHaveProperty('fault');
});

it('a month that is brought back is there again, as it was', async () => {
  await ledger.owner.query(`ALTER TABLE record ATTACH PARTITION ${partition} ${bounds}`);
  const verdict = await verified(await text('/v1/export'));
  expect(verdict).toMatchObject({ completeness: 'whole' });
  expect(verdict).not.toHaveProperty('fault');
});
