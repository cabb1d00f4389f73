import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Proposed revisions, each with the request that asks for it. One document may be proposed several times: by another
 * producer, on another revision, or again after a no. And what is told of a published revision besides its documents.
 */
export class KeepProposals1763800000003 implements MigrationInterface {
  readonly name = 'KeepProposals1763800000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE policy_proposal (
        request_id uuid PRIMARY KEY,
        document_hash text NOT NULL,
        based_on integer NOT NULL,
        content_hash text NOT NULL,
        policy json NOT NULL,
        directory json NOT NULL,
        proposed_by text NOT NULL,
        proposed_at timestamptz NOT NULL
      );
      CREATE INDEX policy_proposal_document ON policy_proposal (document_hash, based_on, proposed_by);
      GRANT SELECT, INSERT ON policy_proposal TO intake;

      ALTER TABLE policy_revision ADD COLUMN details json NOT NULL DEFAULT '{}'`);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
