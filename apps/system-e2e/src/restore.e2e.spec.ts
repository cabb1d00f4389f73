import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RequestStatusDocument } from '@tollgate/contracts';
import { waitUntil } from '@tollgate/servers';
import { mails, messageIdOf } from './approver/mailbox.js';
import { bearer, call } from './system/intake-client.js';
import { type RunningSystem, startSystem } from './system/running-system.js';
import { faultsOnRecord, roadOnRecord, statusesOf, wrongStatuses } from './traffic/check-outcomes.js';
import { decideAll, submitAll } from './traffic/drive.js';
import { mixedRequests } from './traffic/mixed-request.js';

const requests = mixedRequests('restore', 40);
const [early, open, late] = [requests.slice(0, 10), requests.slice(10, 20), requests.slice(20, 30)];
/** Asked after the backup, and not decided before it is restored. */
const waiting = requests.slice(30);
const SETTLED_WITHIN_MS = 60_000;

let system: RunningSystem;
let executor: string;
let redeemed: string;
let told: ReadonlyMap<string, RequestStatusDocument>;
let mailed: string[];

/** With owners and rights: Postgres is particular about them. */
const copy = async (from: string, to: string): Promise<void> => {
  await promisify(execFile)('cp', ['-a', from, to]);
};
const mailList = async () =>
  (await mails(system.stack)).map((mail) => `${mail.to[0]?.address} ${messageIdOf(mail)}`).toSorted();
const redeem = async (token: string) =>
  call(`${system.stack.urls.intake}/v1/releases/redeem`, {
    method: 'POST',
    headers: { ...bearer(executor), 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
const settled = (some: readonly (typeof requests)[number][]) =>
  waitUntil(
    'all are final',
    async () => wrongStatuses(await statusesOf(system.stack), some).length === 0,
    SETTLED_WITHIN_MS,
  );

beforeAll(async () => {
  system = await startSystem({ environment: { notifier: { MAILS_PER_PERSON_PER_HOUR: '0' } } });
  const key = await system.tollgate('keys', 'create', 'ci-bot', '--scope', 'releases:redeem', '--json');
  executor = (JSON.parse(key.out) as { key: string }).key;
  await submitAll(system.stack, early);
  await decideAll(system.stack, 'bob', early);
  await submitAll(system.stack, open);
  await settled(early);
  const postgres = join(system.stack.dataDir, 'postgres');
  const backup = join(system.stack.dataDir, 'postgres-backup');
  // A copy of a server that is stopped is the plainest of backups.
  await system.restart(() => copy(postgres, backup));

  await decideAll(system.stack, 'bob', open);
  await submitAll(system.stack, late);
  await decideAll(system.stack, 'bob', late);
  await submitAll(system.stack, waiting);
  const decided = [...early, ...open, ...late];
  await settled(decided);
  const released = decided.find(({ outcome }) => outcome === 'released');
  redeemed = (await statusesOf(system.stack)).get(released?.id ?? '')?.release?.token ?? '';
  expect((await redeem(redeemed)).status).toBe(200);
  const asked = waiting.filter(({ verdict }) => verdict !== undefined);
  await waitUntil(
    'everybody is asked',
    async () => {
      const list = await mailList();
      return asked.every(({ id }) => list.some((mail) => mail.includes(id) && mail.includes('.asked.')));
    },
    SETTLED_WITHIN_MS,
  );
  await roadOnRecord(system.stack, decided, SETTLED_WITHIN_MS);
  told = await statusesOf(system.stack);
  mailed = await mailList();
  await system.restart(async () => {
    await rm(postgres, { recursive: true });
    await copy(backup, postgres);
  });
}, 300_000);
afterAll(() => system?.stop(), 60_000);

describe('after a backup of the databases was restored', () => {
  it('every request is known as it was, to the token of its release', async () => {
    const known = await statusesOf(system.stack);
    expect([...known.keys()].toSorted()).toEqual([...told.keys()].toSorted());
    for (const [id, document] of told) expect(known.get(id)).toEqual(document);
  });

  it('what was redeemed stays redeemed', async () => {
    expect(await redeem(redeemed)).toMatchObject({ status: 409 });
  });

  it('what waits can be decided, and goes to its end', async () => {
    await decideAll(system.stack, 'bob', waiting);
    await settled(requests);
  }, 90_000);

  it('nobody got a mail twice, and the ledger knows one road of each request', async () => {
    const now = await mailList();
    expect(now).toEqual(expect.arrayContaining(mailed));
    expect(new Set(now).size).toBe(now.length);
    const road = await roadOnRecord(system.stack, requests, SETTLED_WITHIN_MS);
    expect(faultsOnRecord(road, requests)).toEqual([]);
  }, 90_000);

  it('the ledger has no gap, and its rules hold', async () => {
    const { body } = await call<{ unexplainedGaps: number; suspects: number }>(
      `${system.stack.urls.audit}/v1/ledger/state`,
      { headers: bearer(system.stack.credentials.ledgerReaderKey) },
    );
    expect(body).toMatchObject({ unexplainedGaps: 0, suspects: 0 });
    const { code, out, err } = await system.tollgate('audit', 'invariants');
    expect({ code, err, out }).toMatchObject({ code: 0, err: '' });
  }, 60_000);
});
