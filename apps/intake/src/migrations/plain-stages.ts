import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Keeps requests and stages as they are and beside their row: of a few kilobytes, they are written once and read
 * whole, so that to compress them or to put them into a table of their own costs more than it saves.
 */
export class PlainStages1763800000002 implements MigrationInterface {
  readonly name = 'PlainStages1763800000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE request ALTER COLUMN request SET STORAGE EXTERNAL, SET (toast_tuple_target = 8160);
      ALTER TABLE stage ALTER COLUMN data SET STORAGE EXTERNAL, SET (toast_tuple_target = 8160)`);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
