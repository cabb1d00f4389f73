import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The role as which the service runs; the owner of the tables runs the migrations. */
const SERVICE_ROLE = 'notifier';

/** Who is signed in at the moment, who is on the way to it, and the passkeys of people. */
export class AddSignIn1764210000000 implements MigrationInterface {
  readonly name = 'AddSignIn1764210000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sign_in_session (
        token_sha256 bytea PRIMARY KEY,
        person text NOT NULL,
        issuer text NOT NULL,
        subject text NOT NULL,
        method text NOT NULL CHECK (method IN ('signed-in', 'passkey')),
        signed_in_at timestamptz NOT NULL,
        last_used_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX sign_in_session_expires ON sign_in_session (expires_at)');
    await runner.query('CREATE INDEX sign_in_session_unused ON sign_in_session (last_used_at)');
    await runner.query(`
      CREATE TABLE sign_in_attempt (
        state_sha256 bytea PRIMARY KEY,
        sealed text NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX sign_in_attempt_expires ON sign_in_attempt (expires_at)');
    await runner.query(`
      CREATE TABLE passkey (
        credential_id text PRIMARY KEY,
        person text NOT NULL,
        public_key bytea NOT NULL,
        counter bigint NOT NULL,
        transports text[] NOT NULL,
        name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        last_used_at timestamptz
      )`);
    await runner.query('CREATE INDEX passkey_person ON passkey (person)');
    await runner.query(`
      CREATE TABLE passkey_challenge (
        challenge_sha256 bytea PRIMARY KEY,
        person text NOT NULL,
        ballot text,
        expires_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX passkey_challenge_expires ON passkey_challenge (expires_at)');
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_session, passkey TO ${SERVICE_ROLE}`);
    await runner.query(
      `GRANT SELECT, INSERT, DELETE ON sign_in_attempt, passkey_challenge TO ${SERVICE_ROLE}`,
    );
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
