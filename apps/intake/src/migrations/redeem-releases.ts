import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * What becomes of releases, the keys that sign them, and the keys of executors. The first row of a release's end rules:
 * it decides every race between those who redeem and those who revoke.
 */
export class RedeemReleases1764300000000 implements MigrationInterface {
  readonly name = 'RedeemReleases1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE release_end (
        request_id uuid PRIMARY KEY,
        release_id uuid NOT NULL,
        state text NOT NULL CHECK (state IN ('redeemed', 'revoked')),
        ended_by text NOT NULL,
        ended_at timestamptz NOT NULL,
        -- Of a redemption: the caller's own id of it, and what the guardrails said.
        idempotency_key text,
        guardrail json,
        -- Of a revocation.
        reason text,
        CHECK ((state = 'redeemed') = (guardrail IS NOT NULL)),
        CHECK ((state = 'revoked') = (reason IS NOT NULL))
      );

      -- Every public key that was ever known here. Nobody changes or removes one: a token stays readable for ever.
      CREATE TABLE release_key (
        kid text PRIMARY KEY,
        x text NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now()
      );

      GRANT SELECT, INSERT ON release_end, release_key TO intake;

      -- A release is found by its id; its request's id cannot be told from it.
      CREATE UNIQUE INDEX stage_release ON stage (((data->'release'->>'id')::uuid)) WHERE stage = 'action.released';

      -- The executor of the producer that has the key; null where it is the producer's own.
      ALTER TABLE api_key ADD COLUMN executor text`);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
