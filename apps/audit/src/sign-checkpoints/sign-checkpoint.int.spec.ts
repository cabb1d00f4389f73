import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { isConsistent, isIncluded, openCheckpoint, proveConsistency, proveInclusion } from '@tollgate/ledger';
import { createTestDatabase, type TestDatabase } from '@tollgate/servers';
import { type ClientBase } from 'pg';
import { naiveLeaves, naiveRoot } from '../testing/naive-tree.js';
import { signAll, smallRecords, testSigner } from '../testing/test-checkpoints.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { TreeReader } from '../tree/tree-reader.js';
import { signCheckpoint } from './sign-checkpoint.js';
import { TreeBrokenError } from './tree-broken-error.js';

jest.setTimeout(120_000);

let database: TestDatabase;
let ledger: TestLedger;
let next = 0;

beforeAll(async () => {
  database = await createTestDatabase('audit_sign', LEDGER_ROLES);
  ledger = await testLedger(database);
});

afterAll(async () => {
  await ledger.close();
  await database.drop();
});

beforeEach(async () => {
  await record(1);
});

async function record(count: number): Promise<void> {
  const records = smallRecords(count, { from: next });
  next += count;
  const { ledger: writer } = ledger.newLedger();
  for (let at = 0; at < count; at += 1000) await writer.record(records.slice(at, at + 1000));
}

/** The newest checkpoint, once everything is signed; its root is that of the naive tree over all records. */
async function signedAndRight() {
  const checkpoint = await signAll(ledger.writer);
  const leaves = await naiveLeaves(ledger.admin);
  if (checkpoint === undefined) throw new Error('there is no checkpoint');
  expect(checkpoint.size).toBe(leaves.length);
  expect(checkpoint.root.toString('hex')).toBe(naiveRoot(leaves).toString('hex'));
  return { ...checkpoint, leaves };
}

const tiles = async (): Promise<unknown[]> =>
  (await ledger.admin.query('SELECT level, index, root FROM tree_tile ORDER BY level, index'))
    .rows as unknown[];

it('signs what a naive tree over all records gives, whatever the steps', async () => {
  for (const more of [0, 1, 254, 255, 256, 257, 700, 3, 20_000]) {
    await record(more);
    await signedAndRight();
  }
});

it('says size, root, the next offset of each partition and the time, under the key of the ledger', async () => {
  const { ledger: writer } = ledger.newLedger();
  await writer.record(smallRecords(3, { topic: 'request.submitted', partition: 2 }));
  const { note, size, root, at } = await signedAndRight();
  const opened = openCheckpoint(note, testSigner().verifier);
  expect(opened).toMatchObject({ size, root, at: at.getTime() });
  expect(opened.lanes).toContainEqual({ topic: 'request.submitted', partition: 2, next: 3n });
  expect(opened.lanes).toContainEqual({ topic: 'vote.cast', partition: 0, next: BigInt(next) });
});

it('is never earlier than the last arrival or the checkpoint before, whatever the clock says', async () => {
  await record(2);
  const first = await signAll(ledger.writer, Date.now() + 3_600_000);
  await record(2);
  const second = await signAll(ledger.writer, 0);
  expect(second?.at).toEqual(first?.at);
});

it('signs nothing where there is nothing new', async () => {
  const { size } = await signedAndRight();
  const client = await ledger.writer.connect();
  try {
    expect(await signCheckpoint(client, testSigner(), 0)).toMatchObject({
      isNew: false,
      isComplete: true,
      checkpoint: { size },
    });
  } finally {
    client.release();
  }
});

it('proves each kind of leaf, and that each checkpoint grew out of those before', async () => {
  await record(600);
  const earlier = await signedAndRight();
  await record(900);
  const { leaves, size, root } = await signedAndRight();
  const { read } = new TreeReader(ledger.reader);
  for (const index of [0, 1, 255, 256, 511, 512, size - 257, size - 2, size - 1]) {
    const proof = await proveInclusion(index, size, read);
    const leafHash = leaves[index] ?? Buffer.alloc(0);
    expect(isIncluded({ leafHash, index, size, proof, root })).toBe(true);
    expect(isIncluded({ leafHash, index: index === 0 ? 1 : index - 1, size, proof, root })).toBe(false);
  }
  const proof = await proveConsistency(earlier.size, size, read);
  expect(isConsistent(earlier, { size, root }, proof)).toBe(true);
});

describe('ended at any moment', () => {
  /** A connection that breaks at its nth statement. */
  function breaking(client: ClientBase, nth: number): ClientBase {
    let left = nth;
    return new Proxy(client, {
      get: (target, name, receiver): unknown =>
        name === 'query'
          ? (...given: Parameters<ClientBase['query']>) => {
              left -= 1;
              if (left < 0) throw new Error('broken');
              return target.query(...given);
            }
          : Reflect.get(target, name, receiver),
    });
  }

  it('leaves nothing half done, and the next one computes the same', async () => {
    let statements = 0;
    for (let ended = true; ended; statements += 1) {
      await record(300);
      const before = [await tiles(), (await ledger.admin.query('SELECT size FROM checkpoint')).rows];
      const client = await ledger.writer.connect();
      ended = await signCheckpoint(breaking(client, statements), testSigner(), 0).then(
        () => false,
        () => true,
      );
      client.release(true);
      if (ended) {
        const after = [await tiles(), (await ledger.admin.query('SELECT size FROM checkpoint')).rows];
        expect(after).toEqual(before);
      }
      await signedAndRight();
    }
    expect(statements).toBeGreaterThan(8);
  });
});

it('of two at once one is refused, and the tree is the same', async () => {
  for (let round = 0; round < 5; round += 1) {
    await record(600);
    const attempts = await Promise.allSettled([signAll(ledger.writer), signAll(ledger.writer)]);
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: '23505' });
    }
    expect(attempts.some(({ status }) => status === 'fulfilled')).toBe(true);
    await signedAndRight();
  }
});

describe('a ledger that was changed after it was signed', () => {
  /** As whoever has the whole server can, past every trigger. */
  async function tampered(statement: string, undo: string): Promise<void> {
    const change = async (sql: string): Promise<void> => {
      const client = await ledger.admin.connect();
      try {
        await client.query('BEGIN');
        await client.query('ALTER TABLE record DISABLE TRIGGER USER');
        await client.query('ALTER TABLE tree_tile DISABLE TRIGGER USER');
        await client.query(sql);
        await client.query('ALTER TABLE record ENABLE ALWAYS TRIGGER only_grows');
        await client.query('ALTER TABLE tree_tile ENABLE ALWAYS TRIGGER only_grows');
        await client.query('COMMIT');
      } finally {
        client.release();
      }
    };
    await record(3);
    await signedAndRight();
    await change(statement);
    await record(300);
    await expect(signAll(ledger.writer)).rejects.toThrow(TreeBrokenError);
    await change(undo);
    await signedAndRight();
  }

  it('is not signed: other bytes in a record that no full tile covers', () =>
    tampered(
      `UPDATE record SET partition = partition + 90 WHERE seq = (SELECT max(seq) FROM record)`,
      `UPDATE record SET partition = partition - 90 WHERE partition >= 90`,
    ));

  const TURN_ROOT =
    'UPDATE tree_tile SET root = set_byte(root, 0, 255 - get_byte(root, 0)) WHERE level = 0 AND index = 0';
  it('is not signed: the root of a tile', () => tampered(TURN_ROOT, TURN_ROOT));
});
