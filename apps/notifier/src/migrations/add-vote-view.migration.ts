import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** By which view of a page each vote was cast, so that one view is good for one vote. */
export class AddVoteView1764230000000 implements MigrationInterface {
  readonly name = 'AddVoteView1764230000000';

  async up(runner: QueryRunner): Promise<void> {
    // Looked up among the votes of one locked request only, so it needs no index.
    await runner.query('ALTER TABLE vote ADD COLUMN view text');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
