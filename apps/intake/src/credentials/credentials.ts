import { timingSafeEqual } from 'node:crypto';
import { MicroBatch } from '@tollgate/persistence';
import { bearerToken, sha256Hex, unauthenticated } from '@tollgate/runtime';
import { type DataSource } from 'typeorm';
import { textArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { type Credential, SCOPES, type Scope } from './credential.js';

interface KeyRow {
  hash: string;
  producer: string;
  executor: string | null;
  owner: string;
  scopes: string[];
}

const KEYS = new Statement<KeyRow>(
  'api-keys',
  'SELECT hash, producer, executor, owner, scopes FROM api_key WHERE hash = ANY ($1::text[]) AND revoked_at IS NULL',
);

/** A revoked key stops working within this time. */
const TRUST_MS = 2_000;
/** Keys remembered at most, known and unknown ones. */
const MAX_REMEMBERED = 10_000;

interface Remembered {
  readonly credential: Credential | undefined;
  readonly until: number;
}

const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);

const credentialOf = ({ producer, executor, owner, scopes }: KeyRow): Credential => ({
  producer,
  ...(executor === null ? {} : { executor }),
  owner,
  scopes: new Set(scopes.filter(isScope)),
});

/** Tells whose a key is. Keys are known by their SHA-256 only, and what was found is trusted for two seconds. */
export class Credentials {
  readonly #operatorHash: Buffer;
  readonly #operator: Credential = { owner: 'operator', scopes: new Set<Scope>(['operate']) };
  readonly #remembered = new Map<string, Remembered>();
  readonly #lookups: MicroBatch<string, Credential | undefined>;
  readonly #now: () => number;

  /**
   * @param operatorKeySha256 hex, of the key that an installation begins with
   * @param now milliseconds since 1970
   */
  constructor(dataSource: DataSource, operatorKeySha256: string, now: () => number) {
    this.#operatorHash = Buffer.from(operatorKeySha256, 'hex');
    this.#now = now;
    this.#lookups = new MicroBatch({
      maxBatch: 100,
      work: async (hashes) => {
        const rows = await KEYS.alone(dataSource, [textArray(hashes)]);
        const found = new Map(rows.map((row) => [row.hash, credentialOf(row)]));
        return hashes.map((hash) => found.get(hash));
      },
    });
  }

  /**
   * @param authorization the header's value
   * @throws Problem 401 without a valid key
   */
  async authenticate(authorization: string | undefined): Promise<Credential> {
    const hash = sha256Hex(bearerToken(authorization));
    const remembered = this.#remembered.get(hash);
    const credential =
      remembered !== undefined && remembered.until > this.#now()
        ? remembered.credential
        : await this.#lookUp(hash);
    if (credential === undefined) throw unauthenticated('This key is not known here, or it was revoked.');
    return credential;
  }

  async #lookUp(hash: string): Promise<Credential | undefined> {
    const credential = timingSafeEqual(Buffer.from(hash, 'hex'), this.#operatorHash)
      ? this.#operator
      : await this.#lookups.run(hash);
    this.#remembered.delete(hash);
    this.#remembered.set(hash, { credential, until: this.#now() + TRUST_MS });
    const oldest = this.#remembered.keys().next().value;
    if (this.#remembered.size > MAX_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    return credential;
  }
}
