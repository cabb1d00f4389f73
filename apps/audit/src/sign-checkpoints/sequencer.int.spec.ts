import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { createLogger } from '@tollgate/runtime';
import { createTestDatabase, type TestDatabase, waitUntil } from '@tollgate/servers';
import { Registry } from 'prom-client';
import { metricOf } from '../testing/ledger-section.js';
import { naiveLeaves, naiveRoot } from '../testing/naive-tree.js';
import { smallRecords, testSigner } from '../testing/test-checkpoints.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { CheckpointMirror } from './checkpoint-mirror.js';
import { Sequencer } from './sequencer.js';

jest.setTimeout(60_000);

const pace = { everyRecords: 1_000, everyMs: 200, lookMs: 20, againMs: 20 };
const mirrorFile = join(mkdtempSync(join(tmpdir(), 'tollgate-mirror-')), 'checkpoints');
const sequencers: Sequencer[] = [];

let database: TestDatabase;
let ledger: TestLedger;
let next = 0;

beforeAll(async () => {
  database = await createTestDatabase('audit_sequencer', LEDGER_ROLES);
  ledger = await testLedger(database);
});

afterAll(async () => {
  await Promise.all(sequencers.map((each) => each.stop()));
  await ledger.close();
  await database.drop();
});

function newSequencer(): { sequencer: Sequencer; metrics: Registry } {
  const metrics = new Registry();
  const sequencer = new Sequencer({
    pool: ledger.writer,
    signer: testSigner(),
    logger: createLogger('audit', 'silent'),
    metrics,
    mirror: new CheckpointMirror(mirrorFile),
    pace,
  });
  sequencers.push(sequencer);
  sequencer.start();
  return { sequencer, metrics };
}

async function record(count: number): Promise<void> {
  await ledger.newLedger().ledger.record(smallRecords(count, { from: next }));
  next += count;
}

async function untilCovered(): Promise<void> {
  await waitUntil(
    'a checkpoint covers all records',
    async () => {
      const { rows } = await ledger.admin.query<{ size: string; root: Buffer }>(
        'SELECT size, root FROM checkpoint ORDER BY size DESC LIMIT 1',
      );
      const [checkpoint] = rows;
      if (checkpoint === undefined || Number(checkpoint.size) !== next) return false;
      expect(checkpoint.root).toEqual(naiveRoot(await naiveLeaves(ledger.admin)));
      return true;
    },
    30_000,
  );
}

/** Ends the connection of whoever leads, as an end of its process does. */
const endTheLead = (): Promise<unknown> =>
  ledger.admin.query(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7405003 AND granted",
  );

it('covers what comes, with one of two processes in the lead, whichever is ended', async () => {
  const all = [newSequencer(), newSequencer()];
  for (let round = 0; round < 6; round += 1) {
    await record(300);
    if (round % 2 === 1) await endTheLead();
    await untilCovered();
    const leads = await Promise.all(all.map(({ metrics }) => metricOf(metrics, 'tollgate_sequencer_leads')));
    expect(leads.reduce((sum, lead) => sum + lead, 0)).toBeLessThanOrEqual(1);
  }
  const [first, second] = all;
  await first?.sequencer.stop();
  await record(300);
  await untilCovered();
  expect(second?.sequencer.health()).toMatchObject({ ok: true });
  await second?.sequencer.stop();
  await record(10);
  const { sequencer, metrics } = newSequencer();
  await untilCovered();
  await waitUntil(
    'the metrics say so',
    async () => (await metricOf(metrics, 'tollgate_checkpoint_records')) === next,
    10_000,
  );
  expect(await metricOf(metrics, 'tollgate_checkpoint_uncovered_records')).toBe(0);
  await sequencer.stop();
});

it('keeps every checkpoint in the mirror', async () => {
  const { rows } = await ledger.admin.query<{ note: string }>('SELECT note FROM checkpoint ORDER BY size');
  const mirror = readFileSync(mirrorFile, 'utf8');
  expect(rows.length).toBeGreaterThan(3);
  for (const { note } of rows.slice(-1)) expect(mirror.endsWith(`${note}\n`)).toBe(true);
  const mirrored = mirror.split(/\n\n(?=tollgate)/).length;
  expect(mirrored).toBeLessThanOrEqual(rows.length);
});

it('signs nothing under a name of which a longer ledger was signed once', async () => {
  const mirrored = (origin: string): void =>
    writeFileSync(mirrorFile, `${origin}\n${next + 50}\nroot\n\n\u2014 signature\n\n`);
  const signed = async () => (await ledger.admin.query('SELECT FROM checkpoint')).rowCount;
  const before = await signed();
  await record(5);
  mirrored(testSigner().name);
  const { sequencer, metrics } = newSequencer();
  await waitUntil(
    'the alarm',
    async () => (await metricOf(metrics, 'tollgate_ledger_tree_broken')) === 1,
    10_000,
  );
  expect(sequencer.health()).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/a checkpoint of \d+ records was signed as .*restored from a backup/),
  });
  expect(await signed()).toBe(before);
  await sequencer.stop();

  // Under another name it goes on.
  mirrored('tollgate/another/ledger');
  const renamed = newSequencer();
  await untilCovered();
  expect(renamed.sequencer.health().ok).toBe(true);
  await renamed.sequencer.stop();
});
