import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Where the later stages of a step are not asked yet, `electorate` holds everybody whom the step may ask. */
export class AddElectorate1764100000000 implements MigrationInterface {
  readonly name = 'AddElectorate1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE approval ADD COLUMN electorate text[]');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
