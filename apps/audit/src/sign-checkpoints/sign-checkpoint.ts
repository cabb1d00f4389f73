import {
  formatCheckpoint,
  type LaneEnd,
  type NoteSignerKey,
  readRoot,
  signNote,
  TILE_WIDTH,
} from '@tollgate/ledger';
import { type ClientBase } from 'pg';
import { describeTiles } from '../tree/facets.js';
import { TreeReader } from '../tree/tree-reader.js';
import {
  CHECKPOINT_COLUMNS,
  type CheckpointRow,
  checkpointRow,
  type StoredCheckpoint,
} from './checkpoint-row.js';
import { growTree } from './grow-tree.js';
import { TreeBrokenError } from './tree-broken-error.js';

const STATE = `
  SELECT next_seq, last_arrived_at,
         ARRAY(SELECT topic || ' ' || partition || ' ' || next_offset FROM next_offset) AS lanes
  FROM ledger_end`;
const LAST = `SELECT ${CHECKPOINT_COLUMNS} FROM checkpoint ORDER BY size DESC LIMIT 1`;
const ADD = 'INSERT INTO checkpoint (size, root, note, at, last_arrived_at) VALUES ($1, $2, $3, $4, $5)';

interface State {
  readonly next_seq: string;
  readonly last_arrived_at: Date;
  readonly lanes: string[];
}

/** What one step has done. */
export interface Signed {
  /** The newest checkpoint; undefined before the first. */
  readonly checkpoint: CheckpointRow | undefined;
  /** Whether the step made it. */
  readonly isNew: boolean;
  /** Whether it covers all records that there were when the step began; otherwise take the next step. */
  readonly isComplete: boolean;
}

const laneEnd = (line: string): LaneEnd => {
  const [topic = '', partition = '', next = ''] = line.split(' ');
  return { topic, partition: Number(partition), next: BigInt(next) };
};

async function lastCheckpoint(client: ClientBase): Promise<CheckpointRow | undefined> {
  const { rows } = await client.query<StoredCheckpoint>(LAST);
  return rows[0] === undefined ? undefined : checkpointRow(rows[0]);
}

/** @throws TreeBrokenError unless the tree as it is now holds the one that was signed last, unchanged */
async function checkExtends(reader: TreeReader, last: CheckpointRow, size: number): Promise<void> {
  const root = last.size > size ? undefined : await readRoot(last.size, reader.read);
  if (root?.equals(last.root) === true) return;
  throw new TreeBrokenError(
    `the ledger does not hold the ${last.size} records of its last checkpoint any more, as they were signed`,
  );
}

async function step(client: ClientBase, signer: NoteSignerKey, now: number): Promise<Signed> {
  const last = await lastCheckpoint(client);
  const { rows } = await client.query<State>(STATE);
  const [state] = rows;
  if (state === undefined)
    throw new Error('the table ledger_end is empty: the ledger was not made by its migrations');
  const size = Number(state.next_seq);
  if (size === (last?.size ?? 0)) return { checkpoint: last, isNew: false, isComplete: true };
  const tiled = await growTree(client, size);
  await describeTiles(client, tiled);
  if (size - tiled >= TILE_WIDTH) return { checkpoint: last, isNew: false, isComplete: false };
  const reader = new TreeReader(client);
  if (last !== undefined) await checkExtends(reader, last, size);
  const root = await readRoot(size, reader.read);
  const at = new Date(Math.max(now, state.last_arrived_at.getTime(), last?.at.getTime() ?? 0));
  const checkpoint = { origin: signer.name, size, root, lanes: state.lanes.map(laneEnd), at: at.getTime() };
  const note = signNote(formatCheckpoint(checkpoint), [signer]);
  await client.query(ADD, [size, root, note, at, state.last_arrived_at]);
  return { checkpoint: { size, root, note, at }, isNew: true, isComplete: true };
}

/**
 * Adds full tiles to the tree and, once they reach the end of the ledger, signs a checkpoint over all records; all in
 * one transaction on one snapshot, so that size, tree and offsets belong together, and an end at any moment leaves
 * nothing half done. It knows nothing but what the tables say: whoever runs it next computes the same.
 *
 * Before it signs, it computes the root of the last checkpoint anew from what is there now.
 *
 * @param client a connection as `audit_writer`, used by nobody else meanwhile; to be closed after an error
 * @param now ms since 1970
 * @throws TreeBrokenError when the ledger is not what was signed; nothing is signed then
 * @throws the database's error, one of a unique key when another process was quicker
 */
export async function signCheckpoint(
  client: ClientBase,
  signer: NoteSignerKey,
  now: number,
): Promise<Signed> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  const signed = await step(client, signer, now);
  await client.query('COMMIT');
  return signed;
}
