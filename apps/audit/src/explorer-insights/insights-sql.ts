/** The topics whose records of the period are looked at. */
export const INSIGHTS_TOPICS = ['decision.made', 'request.withdrawn', 'request.failed'] as const;

/** So many people and actions the matrix has at most. */
export const MOST_PEOPLE = 20;
export const MOST_ACTIONS = 12;

/** Where one bucket of the histogram ends and the next begins, in seconds. */
export const WAITING_BUCKETS = [60, 300, 900, 3_600, 14_400, 28_800, 86_400, 259_200, 604_800] as const;

const list = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(', ');

/** Whether a text is a time: not one of the words that Postgres also takes for one. */
const isTime = (text: string): string =>
  `coalesce(${text} ~ '^[0-9]' AND pg_input_is_valid(${text}, 'timestamptz'), false)`;

/**
 * The event of a record as JSON; null where Postgres cannot hold it. Every byte is a character in LATIN1, so that no value
 * stops the query; what is looked at is ASCII.
 */
const TEXT = `convert_from(value, 'LATIN1')`;
const EVENT = `CASE WHEN reading = 'event' AND pg_input_is_valid(${TEXT}, 'jsonb') THEN ${TEXT}::jsonb END`;

/**
 * The records of the period that a checkpoint covers. $1 from, $2 to, $3 how the name of the action begins or null,
 * $4 the first day of the first bin, $5 days of a bin.
 */
const READ = `
  latest AS MATERIALIZED (SELECT size, root, at FROM checkpoint ORDER BY size DESC LIMIT 1),
  read AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY topic, key, is_readable ORDER BY seq) AS nth
    FROM (
      SELECT seq, request_id, topic, key, action, event IS NOT NULL AS is_readable,
             event#>>'{data,decision,outcome}' AS outcome, event#>>'{data,decision,decidedBy}' AS decided_by,
             event#>>'{data,decision,decidedAt}' AS decided_at, event#>'{data,decision,votes}' AS votes,
             ((arrived_at AT TIME ZONE 'UTC')::date - ($4::timestamptz AT TIME ZONE 'UTC')::date) / $5::int AS bin
      FROM (
        SELECT seq, arrived_at, request_id, topic, key, action, ${EVENT} AS event FROM record
        WHERE arrived_at >= $1 AND arrived_at < $2 AND topic IN (${list(INSIGHTS_TOPICS)}) AND seq < (SELECT size FROM latest)
        OFFSET 0
      ) AS looked OFFSET 0
    ) AS parsed
  )`;

/** The records of one request that the checkpoint covers: its own index finds them, whatever the planner thinks of the rest. */
const ofRequest = (requestId: string): string => `(
  SELECT * FROM (SELECT topic, seq, reading, action, outcome, value FROM record WHERE request_id = ${requestId} OFFSET 0) AS one
  WHERE reading = 'event' AND seq < (SELECT size FROM latest)) AS of_request`;

/** What was decided, with how it went on up to the checkpoint. Of each topic and request the first event rules. */
const DECIDED = `
  decision AS (
    SELECT request_id, coalesce(action, 'unknown') AS action, bin, outcome, decided_by, decided_at, votes FROM read
    WHERE topic = 'decision.made' AND is_readable AND nth = 1 AND ($3::text IS NULL OR starts_with(action, $3))
  ), decided AS MATERIALIZED (
    SELECT decision.action, decision.bin, decision.decided_by, decision.votes,
           CASE WHEN is_released THEN 'released' WHEN is_failed THEN 'failed' WHEN is_withdrawn THEN 'cancelled'
                WHEN is_blocked THEN 'blocked' ELSE decision.outcome END AS status,
           CASE WHEN decided_by = 'people' AND ${isTime('decided_at')} AND ${isTime('routed_at')}
                THEN greatest(0, extract(epoch FROM decided_at::timestamptz - routed_at::timestamptz))::float8 END AS seconds
    FROM decision, LATERAL (
      SELECT bool_or(topic = 'action.released') AS is_released, bool_or(topic = 'request.failed') AS is_failed,
             bool_or(topic = 'request.withdrawn') AS is_withdrawn,
             (array_agg(outcome ORDER BY seq) FILTER (WHERE topic = 'guardrail.evaluated'))[1] = 'blocked' AS is_blocked,
             (array_agg(routed_at ORDER BY seq) FILTER (WHERE topic = 'route.resolved'))[1] AS routed_at
      FROM (
        SELECT topic, seq, outcome,
               CASE WHEN topic = 'route.resolved' AND decision.decided_by = 'people' THEN (${EVENT})->>'time' END AS routed_at
        FROM ${ofRequest('decision.request_id')}
      ) AS of_request
    ) AS fate
  ), undecided AS (
    SELECT DISTINCT ON (request_id) request_id, bin, CASE topic WHEN 'request.failed' THEN 'failed' ELSE 'cancelled' END AS status
    FROM read
    WHERE topic <> 'decision.made' AND is_readable AND request_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM ${ofRequest('read.request_id')} WHERE topic = 'decision.made')
      AND ($3::text IS NULL
           OR EXISTS (SELECT FROM ${ofRequest('read.request_id')} WHERE topic = 'request.submitted' AND starts_with(action, $3)))
    ORDER BY request_id, topic, read.seq
  )`;

const VOTES = `
  counted AS MATERIALIZED (
    SELECT bin, action, vote->>'person' AS person, count(*) FILTER (WHERE vote->>'verdict' = 'approve') AS approved,
           count(*) FILTER (WHERE vote->>'verdict' = 'deny') AS denied
    FROM decided, jsonb_array_elements(votes) AS vote
    WHERE vote->'counted' = 'true' AND vote->>'verdict' IN ('approve', 'deny')
    GROUP BY 1, 2, 3
  ), person AS MATERIALIZED (
    SELECT person AS name, row_number() OVER (ORDER BY sum(approved + denied) DESC, person COLLATE "C") AS nth FROM counted GROUP BY person
  ), acted AS MATERIALIZED (
    SELECT action AS name, row_number() OVER (ORDER BY sum(approved + denied) DESC, action COLLATE "C") AS nth FROM counted GROUP BY action
  ), shown AS (
    SELECT person, action, bin, approved, denied FROM counted
    WHERE person = ANY (ARRAY(SELECT name FROM person WHERE nth <= ${MOST_PEOPLE}))
      AND action = ANY (ARRAY(SELECT name FROM acted WHERE nth <= ${MOST_ACTIONS}))
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
         ${rows('SELECT * FROM shown ORDER BY bin')} AS counts,
         ${rows(`SELECT name FROM person WHERE nth <= ${MOST_PEOPLE} ORDER BY nth`)} AS people,
         ${rows(`SELECT name FROM acted WHERE nth <= ${MOST_ACTIONS} ORDER BY nth`)} AS actions,
         (SELECT count(*)::int FROM person) AS all_people, (SELECT count(*)::int FROM acted) AS all_actions,
         (SELECT coalesce(sum(approved + denied), 0)::int FROM counted) AS all_votes,
         ${rows('SELECT bin, decisions, median, p90 FROM waited WHERE decisions > 0 ORDER BY bin')} AS waited,
         ${rows('SELECT bucket, decisions FROM bucket')} AS buckets,
         (SELECT count(*)::int FROM decided WHERE decided_by = 'people' AND seconds IS NULL) AS without_route,
         ${rows('SELECT bin, status, decided_by AS "decidedBy", requests FROM ended ORDER BY bin')} AS ends
  FROM (SELECT) AS one LEFT JOIN latest ON true`;
