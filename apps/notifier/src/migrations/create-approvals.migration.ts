import { OutboxRelay } from '@tollgate/messaging';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The role as which the service runs; the owner of the tables runs the migrations. */
const SERVICE_ROLE = 'notifier';

/** The tables of the notifier, and what the service's role may do with them. */
export class CreateApprovals1764000000000 implements MigrationInterface {
  readonly name = 'CreateApprovals1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE approval (
        request_id uuid PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('pending', 'closed')),
        step smallint NOT NULL,
        approvers text[] NOT NULL,
        data text NOT NULL,
        event_id uuid NOT NULL,
        traceparent text,
        opened_at timestamptz NOT NULL,
        deadline timestamptz,
        votes integer NOT NULL DEFAULT 0,
        mail_owed boolean NOT NULL,
        decision text,
        closed_at timestamptz,
        CHECK ((status = 'closed') = (decision IS NOT NULL)),
        CHECK (status = 'closed' OR deadline IS NOT NULL)
      )`);
    // Compressing a file costs more than it saves: it is read and written twice in its life.
    await runner.query('ALTER TABLE approval ALTER COLUMN data SET STORAGE EXTERNAL');
    await runner.query('ALTER TABLE approval SET (autovacuum_vacuum_scale_factor = 0.05)');
    // Clocks and lists look at what waits only; a closed approval costs them nothing.
    await runner.query(
      `CREATE INDEX approval_waiting ON approval (deadline, request_id) WHERE status = 'pending'`,
    );
    await runner.query(
      `CREATE INDEX approval_mail_owed ON approval (opened_at) WHERE status = 'pending' AND mail_owed`,
    );
    await runner.query(`
      CREATE TABLE vote (
        request_id uuid NOT NULL,
        number integer NOT NULL,
        person text NOT NULL,
        count integer NOT NULL,
        step smallint NOT NULL,
        verdict text NOT NULL,
        reason text NOT NULL,
        at timestamptz NOT NULL,
        authentication text NOT NULL,
        counted boolean NOT NULL,
        why text,
        PRIMARY KEY (request_id, number)
      )`);
    await runner.query(`
      CREATE TABLE withdrawal (
        request_id uuid PRIMARY KEY,
        event_id uuid NOT NULL,
        data text NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE mail (
        request_id uuid NOT NULL,
        person text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('asked', 'reminded', 'decided')),
        step smallint NOT NULL,
        count integer NOT NULL,
        message_id text,
        state text NOT NULL CHECK (state IN ('queued', 'sent', 'skipped', 'refused')),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL,
        sent_at timestamptz,
        failure text,
        PRIMARY KEY (request_id, person, kind, step),
        UNIQUE (message_id)
      )`);
    await runner.query(`CREATE INDEX mail_queued ON mail (next_attempt_at) WHERE state = 'queued'`);
    await runner.query(`
      CREATE TABLE review_link (
        token_sha256 bytea PRIMARY KEY,
        request_id uuid NOT NULL,
        person text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query(`
      CREATE TABLE contact (
        person text PRIMARY KEY,
        name text NOT NULL,
        email text NOT NULL,
        zone text NOT NULL
      )`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON approval, mail, contact TO ${SERVICE_ROLE}`);
    // What was said stays said.
    await runner.query(`GRANT SELECT, INSERT ON vote, withdrawal, review_link TO ${SERVICE_ROLE}`);
    await runner.query(OutboxRelay.grantTo(SERVICE_ROLE));
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
