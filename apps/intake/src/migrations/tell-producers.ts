import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Where producers are told what became of their requests, and what they are to be told. */
export class TellProducers1764330000000 implements MigrationInterface {
  readonly name = 'TellProducers1764330000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Addresses and secrets are sealed: their key is not in the database.
      CREATE TABLE producer_webhook (
        producer text PRIMARY KEY REFERENCES producer (name),
        url text NOT NULL,
        secret text NOT NULL,
        -- Signs as well until then.
        previous_secret text,
        previous_until timestamptz,
        -- Whether it is told on the way as well, and not of the end alone.
        changes boolean NOT NULL,
        -- Until then its receiver asked not to be told.
        rest_until timestamptz,
        set_by text NOT NULL,
        set_at timestamptz NOT NULL,
        CHECK ((previous_secret IS NULL) = (previous_until IS NULL))
      );

      -- What producers with a webhook are told, queued with what it is about.
      CREATE TABLE producer_message (
        request_id uuid NOT NULL,
        type text NOT NULL,
        producer text NOT NULL,
        queued_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
        -- Written before it is sent for the first time, so that every attempt sends the same; gone once it was taken.
        body text,
        state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'given-up')),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        failure text,
        ended_at timestamptz,
        PRIMARY KEY (request_id, type),
        CHECK ((state = 'queued') = (ended_at IS NULL))
      );
      CREATE INDEX producer_message_queued ON producer_message (producer, next_attempt_at) WHERE state = 'queued';
      CREATE INDEX producer_message_given_up ON producer_message (ended_at DESC, request_id DESC, type DESC) WHERE state = 'given-up';

      GRANT SELECT, INSERT, UPDATE, DELETE ON producer_webhook TO intake;
      GRANT SELECT, INSERT, UPDATE ON producer_message TO intake`);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
