import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The first tables of intake. The service's role may insert and read; what was written is never rewritten, except that
 * a key can be revoked. JSON is kept as `json`, not `jsonb`: the text stays byte for byte what was published.
 */
export class CreateTables1763800000000 implements MigrationInterface {
  readonly name = 'CreateTables1763800000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE producer (
        name text PRIMARY KEY,
        owner text NOT NULL,
        created_at timestamptz NOT NULL
      );

      CREATE TABLE api_key (
        hash text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
        producer text NOT NULL REFERENCES producer (name),
        owner text NOT NULL,
        scopes text[] NOT NULL,
        created_at timestamptz NOT NULL,
        revoked_at timestamptz
      );

      -- One row per request, as it was submitted. content_hash and the like are in the request itself.
      CREATE TABLE request (
        id uuid PRIMARY KEY,
        producer text NOT NULL,
        idempotency_key text,
        body_hash text NOT NULL,
        text_hash text NOT NULL,
        action text NOT NULL,
        environment text NOT NULL,
        requester text NOT NULL,
        submitted_at timestamptz NOT NULL,
        request json NOT NULL
      );
      CREATE INDEX request_newest ON request (submitted_at DESC, id DESC);
      CREATE INDEX request_newest_of_producer ON request (producer, submitted_at DESC, id DESC);

      -- What a request has passed: a row per stage, written once. The status follows from the set of them,
      -- so their order of arrival does not matter.
      CREATE TABLE stage (
        request_id uuid NOT NULL,
        stage text NOT NULL,
        at timestamptz NOT NULL,
        data json NOT NULL,
        PRIMARY KEY (request_id, stage)
      );

      -- The final status. The first insert of a request rules: it decides every race.
      CREATE TABLE outcome (
        request_id uuid PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('released', 'blocked', 'denied', 'cancelled', 'expired', 'failed')),
        at timestamptz NOT NULL
      );

      -- Dead letters about our requests, of any service: why a request stands still.
      CREATE TABLE dead_letter (
        request_id uuid NOT NULL,
        service text NOT NULL,
        place text NOT NULL,
        failed_at timestamptz NOT NULL,
        topic text NOT NULL,
        reason text NOT NULL,
        PRIMARY KEY (request_id, service, place, failed_at)
      );

      CREATE TABLE policy_revision (
        revision integer PRIMARY KEY CHECK (revision > 0),
        document_hash text NOT NULL,
        policy json NOT NULL,
        directory json NOT NULL,
        origin text NOT NULL,
        published_at timestamptz NOT NULL
      );

      GRANT SELECT, INSERT ON producer, api_key, request, stage, outcome, dead_letter, policy_revision TO intake;
      GRANT UPDATE (revoked_at) ON api_key TO intake;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
