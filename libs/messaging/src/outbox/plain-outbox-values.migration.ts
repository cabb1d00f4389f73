import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Keeps the values of the outbox as they are and beside their row: they are written once and, but for a crash, never
 * read, so that to compress them or to put them into a table of their own costs more than it saves.
 */
export class PlainOutboxValues1000000000002 implements MigrationInterface {
  readonly name = 'PlainOutboxValues1000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE outbox ALTER COLUMN value SET STORAGE EXTERNAL, SET (toast_tuple_target = 8160)`);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
