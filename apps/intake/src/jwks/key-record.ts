import { type DataSource } from 'typeorm';
import { textArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { type PublicReleaseKey, publicKey } from './release-key.js';

const RECORD = new Statement(
  'record-release-keys',
  `INSERT INTO release_key (kid, x) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
);
const ALL = new Statement<{ x: string }>(
  'release-keys',
  'SELECT x FROM release_key ORDER BY recorded_at DESC, kid',
);

/** What was read is shown this long, in milliseconds: the page of keys is open to everybody. */
const FRESH_MS = 1_000;

/** Every public key that was ever known to any intake. Keys are added, never changed or removed. */
export class KeyRecord {
  #read: { readonly keys: Promise<readonly PublicReleaseKey[]>; readonly at: number } | undefined;

  /** @param now milliseconds, of any clock that only goes forward */
  constructor(
    private readonly dataSource: DataSource,
    private readonly now: () => number,
  ) {}

  /** Puts keys on record; returns once they are there. */
  async add(keys: readonly PublicReleaseKey[]): Promise<void> {
    await RECORD.alone(this.dataSource, [
      textArray(keys.map(({ kid }) => kid)),
      textArray(keys.map(({ x }) => x)),
    ]);
    this.#read = undefined;
  }

  /** All of them, the newest first; at most a second old. */
  async all(): Promise<readonly PublicReleaseKey[]> {
    const read = this.#read;
    return read !== undefined && this.now() - read.at < FRESH_MS ? read.keys : this.allNow();
  }

  /** All that are on record at this moment. */
  async allNow(): Promise<readonly PublicReleaseKey[]> {
    const keys = ALL.alone(this.dataSource, []).then((rows) => rows.map(({ x }) => publicKey(x)));
    const entry = { keys, at: this.now() };
    this.#read = entry;
    try {
      return await keys;
    } catch (error) {
      // What could not be read must not be remembered.
      if (this.#read === entry) this.#read = undefined;
      throw error;
    }
  }
}
