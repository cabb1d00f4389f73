import { IS_READABLE } from '../reports/make-report.js';

/** The topics whose records of the period are looked at. */
export const INSIGHTS_TOPICS = ['decision.made', 'request.withdrawn', 'request.failed'] as const;

/** The topics that are looked at for the requests of those records, whenever they were recorded. */
const OF_REQUEST = [
  'route.resolved',
  'guardrail.evaluated',
  'action.released',
  'request.withdrawn',
  'request.failed',
];

/** So many people and actions the matrix has at most. */
export const MOST_PEOPLE = 20;
export const MOST_ACTIONS = 12;

/** Where one bucket of the histogram ends and the next begins, in seconds. */
export const WAITING_BUCKETS = [60, 300, 900, 3_600, 14_400, 28_800, 86_400, 259_200, 604_800] as const;

const list = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(', ');

const isTime = (text: string): string => `coalesce(pg_input_is_valid(${text}, 'timestamptz'), false)`;

const EVENT = `CASE WHEN is_readable THEN convert_from(value, 'UTF8')::jsonb END`;

/**
 * The records of the period that a checkpoint covers. $1 from, $2 to, $3 how the name of the action begins or null,
 * $4 the first day of the first bin, $5 days of a bin.
 */
const READ = `
  latest AS MATERIALIZED (SELECT size, root, at FROM checkpoint ORDER BY size DESC LIMIT 1),
  read AS MATERIALIZED (
    SELECT seq, request_id, topic, action, is_readable, bin, event#>>'{data,decision,outcome}' AS outcome,
           event#>>'{data,decision,decidedBy}' AS decided_by, event#>>'{data,decision,decidedAt}' AS decided_at,
           event#>'{data,decision,votes}' AS votes,
           row_number() OVER (PARTITION BY topic, key, is_readable ORDER BY seq) AS nth
    FROM (
      SELECT *, ((arrived_at AT TIME ZONE 'UTC')::date - ($4::timestamptz AT TIME ZONE 'UTC')::date) / $5::int AS bin,
             ${EVENT} AS event
      FROM (
        SELECT seq, arrived_at, request_id, topic, key, action, value, ${IS_READABLE} AS is_readable FROM record
        WHERE arrived_at >= $1 AND arrived_at < $2 AND topic IN (${list(INSIGHTS_TOPICS)}) AND seq < (SELECT size FROM latest)
      ) AS looked OFFSET 0
    ) AS parsed
  )`;

/** What was decided, with how it went on up to the checkpoint. Of each topic and request the first event rules. */
const DECIDED = `
  decision AS MATERIALIZED (
    SELECT seq, request_id, action, bin, outcome, decided_by, decided_at, votes FROM read
    WHERE topic = 'decision.made' AND is_readable AND nth = 1 AND ($3::text IS NULL OR starts_with(action, $3))
  ), of_request AS (
    SELECT request_id, topic, seq, outcome, CASE WHEN is_wanted AND is_readable THEN convert_from(value, 'UTF8')::jsonb->>'time' END AS time
    FROM (
      SELECT record.request_id, record.topic, record.seq, record.outcome, record.value, ${IS_READABLE} AS is_readable,
             record.topic = 'route.resolved' AND decision.decided_by = 'people' AS is_wanted
      FROM decision JOIN record ON record.request_id = decision.request_id
      WHERE record.topic IN (${list(OF_REQUEST)}) AND record.reading = 'event' AND record.seq < (SELECT size FROM latest)
      OFFSET 0
    ) AS looked
  ), fate AS (
    SELECT request_id, bool_or(topic = 'action.released') AS is_released, bool_or(topic = 'request.failed') AS is_failed,
           bool_or(topic = 'request.withdrawn') AS is_withdrawn,
           (array_agg(outcome ORDER BY seq) FILTER (WHERE topic = 'guardrail.evaluated'))[1] = 'blocked' AS is_blocked,
           (array_agg(time ORDER BY seq) FILTER (WHERE topic = 'route.resolved'))[1] AS routed_at
    FROM of_request GROUP BY request_id
  ), decided AS MATERIALIZED (
    SELECT decision.*,
           CASE WHEN is_released THEN 'released' WHEN is_failed THEN 'failed' WHEN is_withdrawn THEN 'cancelled'
                WHEN is_blocked THEN 'blocked' ELSE decision.outcome END AS status,
           CASE WHEN decided_by = 'people' AND ${isTime('decided_at')} AND ${isTime('routed_at')}
                THEN greatest(0, extract(epoch FROM decided_at::timestamptz - routed_at::timestamptz))::float8 END AS seconds
    FROM decision LEFT JOIN fate USING (request_id)
  ), undecided AS (
    SELECT DISTINCT ON (request_id) request_id, bin, CASE topic WHEN 'request.failed' THEN 'failed' ELSE 'cancelled' END AS status
    FROM read
    WHERE topic <> 'decision.made' AND is_readable AND request_id IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM record WHERE record.request_id = read.request_id AND topic = 'decision.made' AND reading = 'event'
          AND seq < (SELECT size FROM latest))
      AND ($3::text IS NULL OR EXISTS (
        SELECT FROM record WHERE record.request_id = read.request_id AND topic = 'request.submitted' AND starts_with(record.action, $3)))
    ORDER BY request_id, topic, read.seq
  )`;

const VOTES = `
  vote AS MATERIALIZED (
    SELECT bin, action, vote->>'person' AS person, vote->>'verdict' = 'approve' AS is_approval
    FROM decided, jsonb_array_elements(votes) AS vote
    WHERE vote->'counted' = 'true' AND vote->>'verdict' IN ('approve', 'deny')
  ), person AS (
    SELECT person, row_number() OVER (ORDER BY count(*) DESC, person COLLATE "C") AS nth FROM vote GROUP BY person
  ), acted AS (
    SELECT action, row_number() OVER (ORDER BY count(*) DESC, action COLLATE "C") AS nth FROM vote GROUP BY action
  ), counted AS (
    SELECT person, action, bin, count(*) FILTER (WHERE is_approval) AS approved, count(*) FILTER (WHERE NOT is_approval) AS denied
    FROM vote JOIN person USING (person) JOIN acted USING (action)
    WHERE person.nth <= ${MOST_PEOPLE} AND acted.nth <= ${MOST_ACTIONS}
    GROUP BY person, action, bin
  )`;

const WAITED = `
  waited AS (
    SELECT bin, count(*) AS decisions, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) AS p90
    FROM decided WHERE seconds IS NOT NULL GROUP BY GROUPING SETS ((bin), ())
  ), bucket AS (
    SELECT width_bucket(seconds, ARRAY[${WAITING_BUCKETS.join(', ')}]::float8[]) AS bucket, count(*) AS decisions
    FROM decided WHERE seconds IS NOT NULL GROUP BY 1
  ), ended AS (
    SELECT bin, status, decided_by, count(*) AS requests
    FROM (SELECT bin, status, decided_by FROM decided UNION ALL SELECT bin, status, NULL FROM undecided) AS each
    GROUP BY bin, status, decided_by
  )`;

/** The seq of the first record from a time on, of those that the checkpoint covers. */
const firstSince = (placeholder: string): string =>
  `least(size, coalesce((SELECT seq FROM record WHERE arrived_at >= ${placeholder} ORDER BY arrived_at, seq LIMIT 1), size))`;

const rows = (query: string): string =>
  `coalesce((SELECT jsonb_agg(to_jsonb(each)) FROM (${query}) AS each), '[]')`;

/** Everything that the page shows, as one row: one snapshot of the ledger, one round trip. */
export const INSIGHTS_SQL = `
  WITH ${READ}, ${DECIDED}, ${VOTES}, ${WAITED}
  SELECT size, root, at, ${firstSince('$1')} AS from_seq, ${firstSince('$2')} AS to_seq,
         (SELECT count(*)::int FROM read) AS records, (SELECT count(*)::int FROM read WHERE NOT is_readable) AS unreadable,
         ${rows('SELECT person, action, bin, approved, denied FROM counted ORDER BY bin')} AS counts,
         ${rows(`SELECT person AS name FROM person WHERE nth <= ${MOST_PEOPLE} ORDER BY nth`)} AS people,
         ${rows(`SELECT action AS name FROM acted WHERE nth <= ${MOST_ACTIONS} ORDER BY nth`)} AS actions,
         (SELECT count(*)::int FROM person) AS all_people, (SELECT count(*)::int FROM acted) AS all_actions,
         (SELECT count(*)::int FROM vote) AS all_votes,
         ${rows('SELECT bin, decisions, median, p90 FROM waited WHERE decisions > 0 ORDER BY bin')} AS waited,
         ${rows('SELECT bucket, decisions FROM bucket')} AS buckets,
         (SELECT count(*)::int FROM decided WHERE decided_by = 'people' AND seconds IS NULL) AS without_route,
         ${rows('SELECT bin, status, decided_by AS "decidedBy", requests FROM ended ORDER BY bin')} AS ends
  FROM (SELECT) AS one LEFT JOIN latest ON true`;
