import { OutboxRelay } from '@tollgate/messaging';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets the service's role use the outbox, whose tables come with the relay's own migrations. */
export class GrantOutbox1763800000001 implements MigrationInterface {
  readonly name = 'GrantOutbox1763800000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(OutboxRelay.grantTo('intake'));
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
