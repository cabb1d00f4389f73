import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The tables of the outbox. Rows of `outbox` are inserted and, a day after they went out, removed; never updated. What
 * went out is one number per relay: `published_through`.
 *
 * The number in the name puts it before every migration of a service.
 */
export class CreateOutbox1000000000001 implements MigrationInterface {
  readonly name = 'CreateOutbox1000000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox_relay (
        relay bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        published_through bigint NOT NULL DEFAULT 0,
        started_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE outbox (
        relay bigint NOT NULL,
        seq bigint NOT NULL,
        topic text NOT NULL,
        key text NOT NULL,
        partition_key text,
        partition integer,
        value bytea,
        headers jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (relay, seq)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outbox');
    await runner.query('DROP TABLE outbox_relay');
  }
}
