import { milliseconds } from '../approval/approvals.store.js';
import { type RunsOn, Statement } from '../database/statement.js';

/** A passkey of a person: the public half of a key that never leaves their device (WebAuthn). */
export interface Passkey {
  /** Base64url. */
  readonly credentialId: string;
  readonly person: string;
  /** COSE (RFC 9052). */
  readonly publicKey: Buffer;
  /** How often it was used, by its own count; 0 where it does not count. */
  readonly counter: number;
  readonly transports: readonly string[];
  /** What its person calls it. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly lastUsedAt?: number;
}

interface PasskeyRow {
  readonly credential_id: string;
  readonly person: string;
  readonly public_key: Buffer;
  readonly counter: number;
  readonly transports: string[];
  readonly name: string;
  readonly created_at: number;
  readonly last_used_at: number | null;
}

const COLUMNS = `credential_id, person, public_key, counter::float8 AS counter, transports, name,
  ${milliseconds('created_at')} AS created_at, ${milliseconds('last_used_at')} AS last_used_at`;

const ofPerson = new Statement<PasskeyRow>(
  'passkeys_of_person',
  `SELECT ${COLUMNS} FROM passkey WHERE person = $1 ORDER BY created_at, credential_id`,
);
const find = new Statement<PasskeyRow>(
  'passkey_find',
  `SELECT ${COLUMNS} FROM passkey WHERE credential_id = $1`,
);
const insert = new Statement<{ readonly credential_id: string }>(
  'passkey_insert',
  `INSERT INTO passkey (credential_id, person, public_key, counter, transports, name)
   VALUES ($1, $2, $3, $4, $5::text[], $6) ON CONFLICT DO NOTHING RETURNING credential_id`,
);
// The counter that was judged must still be the one on record: of two uses at once, one loses.
const use = new Statement<{ readonly credential_id: string }>(
  'passkey_use',
  `UPDATE passkey SET counter = $3, last_used_at = clock_timestamp()
   WHERE credential_id = $1 AND counter = $2 RETURNING credential_id`,
);
const remove = new Statement<{ readonly credential_id: string }>(
  'passkey_remove',
  'DELETE FROM passkey WHERE person = $1 AND credential_id = $2 RETURNING credential_id',
);

const passkeyOf = (row: PasskeyRow): Passkey => ({
  credentialId: row.credential_id,
  person: row.person,
  publicKey: row.public_key,
  counter: row.counter,
  transports: row.transports,
  name: row.name,
  createdAt: row.created_at,
  ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
});

/** The table `passkey`. */
export const passkeyRows = {
  async ofPerson(on: RunsOn, person: string): Promise<Passkey[]> {
    return (await ofPerson.run(on, person)).map(passkeyOf);
  },

  async find(on: RunsOn, credentialId: string): Promise<Passkey | undefined> {
    const [row] = await find.run(on, credentialId);
    return row === undefined ? undefined : passkeyOf(row);
  },

  /** @returns false where the passkey is known already */
  async insert(on: RunsOn, passkey: Omit<Passkey, 'createdAt' | 'lastUsedAt'>): Promise<boolean> {
    const { credentialId, person, publicKey, counter, transports, name } = passkey;
    return (
      (await insert.run(on, credentialId, person, publicKey, counter, [...transports], name)).length === 1
    );
  },

  /** @returns false where somebody used it meanwhile */
  async use(on: RunsOn, { credentialId, counter }: Passkey, newCounter: number): Promise<boolean> {
    return (await use.run(on, credentialId, counter, newCounter)).length === 1;
  },

  /** @returns false where the person has no such passkey */
  async remove(on: RunsOn, person: string, credentialId: string): Promise<boolean> {
    return (await remove.run(on, person, credentialId)).length === 1;
  },
};
