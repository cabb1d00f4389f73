import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Must be what the service runs as; see the first migration. */
const SERVICE_ROLE = 'notifier';

/**
 * Overrides of guardrails: each on record for ever, and all of a request on its row, where whoever decides about it has
 * them with its lock.
 */
export class AddOverrides1764300000000 implements MigrationInterface {
  readonly name = 'AddOverrides1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE approval ADD COLUMN overrides text');
    await runner.query(`
      CREATE TABLE guardrail_override (
        request_id uuid NOT NULL,
        number smallint NOT NULL,
        guardrail text NOT NULL,
        person text NOT NULL,
        justification text NOT NULL,
        at timestamptz NOT NULL,
        authentication text NOT NULL,
        view text UNIQUE,
        PRIMARY KEY (request_id, number)
      )`);
    // What was said stays said.
    await runner.query(`GRANT SELECT, INSERT ON guardrail_override TO ${SERVICE_ROLE}`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
