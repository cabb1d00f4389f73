import { createHash, randomBytes } from 'node:crypto';
import { type DataSource } from 'typeorm';
import { Statement } from '../database/statement.js';

const CHALLENGE_SECONDS = 5 * 60;

const insert = new Statement(
  'passkey_challenge_insert',
  `INSERT INTO passkey_challenge (challenge_sha256, person, ballot, expires_at)
   VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))`,
);
const take = new Statement<{
  readonly person: string;
  readonly ballot: string | null;
  readonly open: boolean;
}>(
  'passkey_challenge_take',
  `DELETE FROM passkey_challenge WHERE challenge_sha256 = $1
   RETURNING person, ballot, expires_at > clock_timestamp() AS open`,
);
const removeEnded = new Statement(
  'passkey_challenge_remove_ended',
  'DELETE FROM passkey_challenge WHERE expires_at <= clock_timestamp()',
);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** What a challenge was given out for. */
export interface ChallengeTaken {
  readonly person: string;
  /** The vote that it stands for, as JSON; nothing where a passkey is added. */
  readonly ballot?: string;
}

/** Challenges for passkeys: each is for one person and one purpose, can be answered once, and within five minutes. */
export class PasskeyChallenges {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns the challenge, base64url */
  async begin(person: string, ballot?: string): Promise<string> {
    const challenge = randomBytes(32).toString('base64url');
    await insert.run(this.dataSource, sha256(challenge), person, ballot ?? null, CHALLENGE_SECONDS);
    return challenge;
  }

  /** Takes a challenge: whoever asks for it again finds none. */
  async take(challenge: string): Promise<ChallengeTaken | undefined> {
    const [row] = await take.run(this.dataSource, sha256(challenge));
    if (row === undefined || !row.open) return undefined;
    return { person: row.person, ...(row.ballot === null ? {} : { ballot: row.ballot }) };
  }

  /** Removes what is over. */
  async removeEnded(): Promise<void> {
    await removeEnded.run(this.dataSource);
  }
}
