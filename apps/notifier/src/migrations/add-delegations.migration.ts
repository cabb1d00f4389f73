import { type MigrationInterface, type QueryRunner } from 'typeorm';

const SERVICE_ROLE = 'notifier';

/**
 * The table `delegation`; for whom a vote is; who is asked in whose place, and who gets no mail because of that. `apply_at`
 * is when pending approvals are to be looked at because of a delegation: it begins, or it ended.
 */
export class AddDelegations1764220000000 implements MigrationInterface {
  readonly name = 'AddDelegations1764220000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE delegation (
        id uuid PRIMARY KEY,
        from_person text NOT NULL,
        to_person text NOT NULL,
        starts_at timestamptz NOT NULL,
        ends_at timestamptz,
        request_id uuid,
        reason text NOT NULL,
        declared_by text NOT NULL,
        declared_as text NOT NULL CHECK (declared_as IN ('person', 'operator')),
        authentication text,
        declared_at timestamptz NOT NULL,
        revoked_at timestamptz,
        revoked_by text,
        revoked_why text,
        apply_at timestamptz,
        CHECK (from_person <> to_person),
        CHECK (ends_at IS NOT NULL OR request_id IS NOT NULL),
        CHECK (declared_as = 'person' OR request_id IS NOT NULL)
      )`);
    await runner.query('CREATE INDEX delegation_to ON delegation (to_person)');
    await runner.query('CREATE INDEX delegation_from ON delegation (from_person)');
    await runner.query('CREATE INDEX delegation_live ON delegation (ends_at) WHERE revoked_at IS NULL');
    await runner.query('CREATE INDEX delegation_apply ON delegation (apply_at) WHERE apply_at IS NOT NULL');
    await runner.query('ALTER TABLE vote ADD COLUMN on_behalf_of text, ADD COLUMN delegation uuid');
    await runner.query('ALTER TABLE approval ADD COLUMN absent text[], ADD COLUMN stand_ins jsonb');
    await runner.query(`GRANT SELECT, INSERT ON delegation TO ${SERVICE_ROLE}`);
    // What was declared stays declared.
    await runner.query(
      `GRANT UPDATE (revoked_at, revoked_by, revoked_why, apply_at) ON delegation TO ${SERVICE_ROLE}`,
    );
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
