import { type Pool } from 'pg';
import {
  CHECKPOINT_COLUMNS,
  type CheckpointRow,
  checkpointRow,
  type StoredCheckpoint,
} from '../sign-checkpoints/checkpoint-row.js';

/** Reads the signed checkpoints. */
export class Checkpoints {
  /** @param pool connects as `audit_reader` */
  constructor(private readonly pool: Pool) {}

  /** The newest one; undefined while nothing is on record. */
  latest(): Promise<CheckpointRow | undefined> {
    return this.#one('ORDER BY size DESC LIMIT 1', []);
  }

  /** The one over so many records; undefined where none was made just then. */
  ofSize(size: number): Promise<CheckpointRow | undefined> {
    return this.#one('WHERE size = $1', [size]);
  }

  async #one(which: string, values: readonly number[]): Promise<CheckpointRow | undefined> {
    const { rows } = await this.pool.query<StoredCheckpoint>(
      `SELECT ${CHECKPOINT_COLUMNS} FROM checkpoint ${which}`,
      [...values],
    );
    return rows[0] === undefined ? undefined : checkpointRow(rows[0]);
  }
}
