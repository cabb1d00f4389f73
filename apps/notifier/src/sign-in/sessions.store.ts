import { type Instant, isoTime } from '../approval/approval.js';
import { milliseconds } from '../approval/approvals.store.js';
import { type RunsOn, Statement } from '../database/statement.js';

/** A session as its row holds it, instants in milliseconds. */
export interface SessionRow {
  readonly person: string;
  readonly issuer: string;
  readonly subject: string;
  readonly method: 'signed-in' | 'passkey';
  readonly signed_in_at: number;
  /** Whether its last use is long enough ago to be noted anew. */
  readonly to_note: boolean;
}

const insert = new Statement(
  'session_insert',
  `INSERT INTO sign_in_session (token_sha256, person, issuer, subject, method, signed_in_at, last_used_at, expires_at)
   SELECT $1, $2, $3, $4, $5, least($6::timestamptz, now), now, now + make_interval(secs => $7)
   FROM clock_timestamp() AS now`,
);

const find = new Statement<SessionRow>(
  'session_find',
  `SELECT person, issuer, subject, method, ${milliseconds('signed_in_at')} AS signed_in_at,
          last_used_at < now - make_interval(secs => $3) AS to_note
   FROM sign_in_session, clock_timestamp() AS now
   WHERE token_sha256 = $1 AND expires_at > now AND last_used_at > now - make_interval(secs => $2)`,
);

const note = new Statement(
  'session_note',
  'UPDATE sign_in_session SET last_used_at = clock_timestamp() WHERE token_sha256 = $1',
);

const remove = new Statement('session_remove', 'DELETE FROM sign_in_session WHERE token_sha256 = $1');

const removeEnded = new Statement<{ readonly removed: number }>(
  'session_remove_ended',
  `WITH gone AS (
     DELETE FROM sign_in_session
     WHERE expires_at <= clock_timestamp() OR last_used_at <= clock_timestamp() - make_interval(secs => $1)
     RETURNING 1)
   SELECT count(*)::integer AS removed FROM gone`,
);

/** A session that begins. */
export interface NewSession {
  readonly person: string;
  readonly issuer: string;
  readonly subject: string;
  readonly method: 'signed-in' | 'passkey';
  /** When the person proved who they are; never kept as later than now. */
  readonly signedInAt: Instant;
}

/** The table `sign_in_session`. A token is kept as its SHA-256 only. */
export const sessions = {
  async insert(on: RunsOn, token: Buffer, session: NewSession, seconds: number): Promise<void> {
    const { person, issuer, subject, method, signedInAt } = session;
    await insert.run(on, token, person, issuer, subject, method, isoTime(signedInAt), seconds);
  },

  /**
   * @param idle seconds after which a session that nobody used has ended
   * @param noteEvery seconds between notes of its use
   */
  async find(on: RunsOn, token: Buffer, idle: number, noteEvery: number): Promise<SessionRow | undefined> {
    return (await find.run(on, token, idle, noteEvery))[0];
  },

  async note(on: RunsOn, token: Buffer): Promise<void> {
    await note.run(on, token);
  },

  async remove(on: RunsOn, token: Buffer): Promise<void> {
    await remove.run(on, token);
  },

  /** @returns how many had ended */
  async removeEnded(on: RunsOn, idle: number): Promise<number> {
    return (await removeEnded.run(on, idle))[0]?.removed ?? 0;
  },
};
