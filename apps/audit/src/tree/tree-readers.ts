import { type Pool } from 'pg';
import { TreeReader } from './tree-reader.js';

/** Opens a reader of the tree for each answer. */
export class TreeReaders {
  /** @param pool connects as `audit_reader` */
  constructor(private readonly pool: Pool) {}

  open(): TreeReader {
    return new TreeReader(this.pool);
  }
}
