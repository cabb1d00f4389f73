import { type MigrationInterface, type QueryRunner } from 'typeorm';

const PLAN_PEOPLE = `
  SELECT DISTINCT asked ->> 'person'
  FROM jsonb_array_elements(file.route -> 'plan') AS plan (stage), jsonb_array_elements(stage -> 'approvers') AS people (asked)`;

/**
 * What people's inboxes are found by: for whom an approval waits, who follows it without being waited for, and by what
 * they filter. `answered` is who was heard in the current step. Whoever writes `approvers` or `answered` need not think
 * of the inbox: the columns by which it is searched are generated.
 */
export class AddInbox1764240000000 implements MigrationInterface {
  readonly name = 'AddInbox1764240000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION text_array_without(whole text[], part text[]) RETURNS text[]
      LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
      RETURN ARRAY(SELECT one FROM unnest(whole) AS one WHERE one <> ALL (part))`);
    await runner.query(`
      ALTER TABLE approval
        ADD COLUMN people text[] NOT NULL DEFAULT '{}',
        ADD COLUMN answered text[] NOT NULL DEFAULT '{}',
        ADD COLUMN facets text[] NOT NULL DEFAULT '{}',
        ADD COLUMN requester text NOT NULL DEFAULT ''`);
    await runner.query(`
      UPDATE approval SET
        people = ARRAY(${PLAN_PEOPLE}),
        facets = ARRAY['action:' || (file.request ->> 'action'), 'environment:' || (file.request ->> 'environment'),
                       'risk:' || (file.route #>> '{riskLevel,effective}')],
        requester = lower(file.request ->> 'requester'),
        answered = ARRAY(SELECT DISTINCT person FROM vote
                         WHERE vote.request_id = approval.request_id AND vote.counted AND vote.step = approval.step)
      FROM (SELECT request_id, data::jsonb -> 'request' AS request, data::jsonb -> 'route' AS route FROM approval) AS file
      WHERE file.request_id = approval.request_id AND (approval.status = 'pending' OR approval.votes > 0)`);
    // Most approvals are opened for everybody in their plan, and nobody has answered: that has to be cheap.
    await runner.query(`
      ALTER TABLE approval
        ADD COLUMN waits_for text[] GENERATED ALWAYS AS (
          CASE WHEN answered = '{}' THEN approvers ELSE text_array_without(approvers, answered) END) STORED,
        ADD COLUMN followed_by text[] GENERATED ALWAYS AS (
          CASE WHEN answered = '{}' AND people <@ approvers THEN '{}'::text[]
               ELSE text_array_without(people || approvers, text_array_without(approvers, answered)) END) STORED`);
    // \`status <> 'closed'\` is all that waits, in words that no other index answers to: a statement that says so is
    // carried out by this one, also if it was planned while the table was empty. The limit, in kB, bounds what one
    // transaction in many has to sort in for those before it.
    await runner.query(`
      CREATE INDEX approval_inbox ON approval USING gin (waits_for, followed_by, facets)
      WITH (gin_pending_list_limit = 256) WHERE status <> 'closed'`);
    await runner.query('CREATE INDEX vote_person ON vote (person, at, request_id)');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
