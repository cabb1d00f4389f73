import { createRepairMark } from '@tollgate/persistence';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Where it is noted that the database is older than the topics, and being repaired from them. */
export class MarkRepairs1764350000000 implements MigrationInterface {
  readonly name = 'MarkRepairs1764350000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createRepairMark('notifier'));
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
