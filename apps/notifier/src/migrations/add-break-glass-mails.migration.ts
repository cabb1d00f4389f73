import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** One more kind of mail: to those who would have been asked where somebody broke the glass. */
export class AddBreakGlassMails1764340000000 implements MigrationInterface {
  readonly name = 'AddBreakGlassMails1764340000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE mail
        DROP CONSTRAINT mail_kind_check,
        ADD CONSTRAINT mail_kind_check
          CHECK (kind IN ('asked', 'reminded', 'decided', 'result', 'question', 'answer', 'break-glass'))`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
