import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Reviews of broken glass are few among many requests, and looked for every half minute. */
export class IndexReviews1764340000000 implements MigrationInterface {
  readonly name = 'IndexReviews1764340000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX request_break_glass_review ON request (submitted_at) WHERE action = 'break-glass.review'`,
    );
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
