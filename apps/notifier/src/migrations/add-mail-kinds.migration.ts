import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Must be what the service runs as; see the first migration. */
const SERVICE_ROLE = 'notifier';

/**
 * More kinds of mail, those that repeat with a number; reminders; mails about decisions; and digests, in which the
 * mails of somebody who gets too many are held together.
 */
export class AddMailKinds1764200000000 implements MigrationInterface {
  readonly name = 'AddMailKinds1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE mail
        DROP CONSTRAINT mail_kind_check,
        DROP CONSTRAINT mail_state_check,
        DROP CONSTRAINT mail_pkey,
        ADD COLUMN number integer NOT NULL DEFAULT 0,
        ADD COLUMN digest integer,
        ALTER COLUMN count SET DEFAULT 0,
        ADD CONSTRAINT mail_kind_check
          CHECK (kind IN ('asked', 'reminded', 'decided', 'result', 'question', 'answer')),
        ADD CONSTRAINT mail_state_check CHECK (state IN ('queued', 'held', 'sent', 'skipped', 'refused')),
        ADD CONSTRAINT mail_held_check CHECK (state <> 'held' OR digest IS NOT NULL),
        ADD PRIMARY KEY (request_id, person, kind, step, number)`);
    // How many mails somebody got of late is counted here.
    await runner.query(
      `CREATE INDEX mail_sent ON mail (person, sent_at) WHERE state = 'sent' AND digest IS NULL`,
    );
    await runner.query(`CREATE INDEX mail_held ON mail (person, digest) WHERE state = 'held'`);
    await runner.query(`
      CREATE TABLE mail_digest (
        person text NOT NULL,
        number integer NOT NULL,
        state text NOT NULL CHECK (state IN ('collecting', 'queued', 'sent', 'skipped', 'refused')),
        mails integer NOT NULL,
        more integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        urgent_at timestamptz,
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        message_id text UNIQUE,
        sent_at timestamptz,
        failure text,
        PRIMARY KEY (person, number)
      )`);
    await runner.query(
      `CREATE INDEX mail_digest_open ON mail_digest (state, person) WHERE state IN ('collecting', 'queued')`,
    );
    await runner.query(`CREATE INDEX mail_digest_sent ON mail_digest (person, sent_at) WHERE state = 'sent'`);
    await runner.query(`
      ALTER TABLE approval
        ADD COLUMN step_opened_at timestamptz,
        ADD COLUMN remind_at timestamptz,
        ADD COLUMN news_owed boolean NOT NULL DEFAULT false`);
    await runner.query(
      `CREATE INDEX approval_reminding ON approval (remind_at) WHERE status = 'pending' AND remind_at IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX approval_news_owed ON approval (closed_at) WHERE news_owed`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON mail_digest TO ${SERVICE_ROLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
