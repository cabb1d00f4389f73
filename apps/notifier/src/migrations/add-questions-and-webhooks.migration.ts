import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Must be what the service runs as; see the first migration. */
const SERVICE_ROLE = 'notifier';

/**
 * Questions to requesters and their answers, with the clock that may stand for them; and what webhooks are owed of, where
 * there are any.
 */
export class AddQuestionsAndWebhooks1764250000000 implements MigrationInterface {
  readonly name = 'AddQuestionsAndWebhooks1764250000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE approval
        ADD COLUMN questions smallint NOT NULL DEFAULT 0,
        ADD COLUMN stood_ms float8 NOT NULL DEFAULT 0,
        ADD COLUMN paused_until timestamptz`);
    await runner.query(`
      CREATE TABLE question (
        request_id uuid NOT NULL,
        number smallint NOT NULL,
        step smallint NOT NULL,
        asked_by text NOT NULL,
        asked_of text NOT NULL,
        text text NOT NULL,
        asked_at timestamptz NOT NULL,
        authentication text NOT NULL,
        view text,
        paused_until timestamptz,
        token_sha256 bytea NOT NULL UNIQUE,
        PRIMARY KEY (request_id, number)
      )`);
    await runner.query(`
      CREATE TABLE question_answer (
        request_id uuid NOT NULL,
        number smallint NOT NULL,
        answered_by text NOT NULL,
        text text NOT NULL,
        answered_at timestamptz NOT NULL,
        authentication text NOT NULL,
        view text NOT NULL,
        PRIMARY KEY (request_id, number),
        FOREIGN KEY (request_id, number) REFERENCES question
      )`);
    // Written only by processes that have a webhook to tell.
    await runner.query('ALTER TABLE approval ADD COLUMN webhook_owed boolean NOT NULL DEFAULT false');
    await runner.query('CREATE INDEX approval_webhook_owed ON approval (opened_at) WHERE webhook_owed');
    await runner.query(`
      CREATE TABLE approval_webhook (
        request_id uuid NOT NULL,
        number integer NOT NULL,
        type text NOT NULL CHECK (type IN ('approval.opened', 'approval.changed', 'approval.closed')),
        step smallint NOT NULL,
        persons text[] NOT NULL,
        deadline timestamptz NOT NULL,
        noticed_at timestamptz NOT NULL,
        state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'given-up')),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL,
        failure text,
        PRIMARY KEY (request_id, number)
      )`);
    await runner.query(
      `CREATE INDEX approval_webhook_queued ON approval_webhook (next_attempt_at) WHERE state = 'queued'`,
    );
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON approval_webhook TO ${SERVICE_ROLE}`);
    // What was said stays said.
    await runner.query(`GRANT SELECT, INSERT ON question, question_answer TO ${SERVICE_ROLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
