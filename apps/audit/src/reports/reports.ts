import { BREAK_GLASS_REVIEW } from '@tollgate/policy';
import { LEDGER_READ } from '../record-read/ledger-read.js';
import { itemsOf, secondsBetween, textsOf, wholeOf } from './lenient-sql.js';
import { type Report, type ReportName } from './report.js';

/** A vote that counts, faster than this after its step was opened, was hardly a reading of the request. */
const RUBBER_STAMP_SECONDS = 10;

/** The decisions of the period, with their parts. */
const DECISION = `
  decided AS (
    SELECT seq, request_id, data->'request' AS request, data->'route' AS route, data->'decision' AS decision,
           ${secondsBetween(`data#>>'{decision,openedAt}'`, `data#>>'{decision,decidedAt}'`)} AS seconds
    FROM event WHERE topic = 'decision.made'
  ), vote AS (
    SELECT decided.*, vote.value AS vote FROM decided, ${itemsOf(`decision->'votes'`)} AS vote
    WHERE vote.value->>'counted' = 'true'
  )`;

const APPROVERS = `
  (SELECT string_agg(value->>'person', ' ' ORDER BY value->>'at') FROM ${itemsOf(`decision->'votes'`)}
   WHERE value->>'counted' = 'true' AND value->>'verdict' = 'approve')`;

/** Everybody who must not decide: who asks, who owns the credential, for whom is asked. */
const ASKING = `
  (SELECT array_agg(person) FROM (
     SELECT request->>'requester' AS person UNION SELECT request->>'owner'
     UNION SELECT ${textsOf(`request->'onBehalfOf'`)}) AS asking)::text[]`;

const REQUEST_COLUMNS = `
  seq::int8 AS "seq", request_id::text AS "requestId", request->>'action' AS "action", request->>'environment' AS "environment",
  request->>'requester' AS "requester"`;

/** Every report. */
export const REPORTS: Readonly<Record<ReportName, Report>> = {
  decisions: {
    says: 'What was decided: by whom, how long it took, and by which rule.',
    topics: ['decision.made'],
    columns: [
      'seq',
      'requestId',
      'action',
      'environment',
      'requester',
      'riskLevel',
      'rule',
      'outcome',
      'decidedBy',
      'approvers',
      'openedAt',
      'decidedAt',
      'seconds',
    ],
    sql: `WITH ${DECISION}
      SELECT ${REQUEST_COLUMNS}, route#>>'{riskLevel,effective}' AS "riskLevel", route->>'rule' AS "rule",
             decision->>'outcome' AS "outcome", decision->>'decidedBy' AS "decidedBy", ${APPROVERS} AS "approvers",
             decision->>'openedAt' AS "openedAt", decision->>'decidedAt' AS "decidedAt", round(seconds, 3)::float8 AS "seconds"
      FROM decided ORDER BY seq`,
  },
  overrides: {
    says: 'Guardrails that were overridden and glass that was broken, with the justification. Of broken glass also what became of its review: `open` until somebody decides it.',
    topics: ['request.submitted', 'decision.made'],
    columns: [
      'seq',
      'requestId',
      'action',
      'environment',
      'requester',
      'kind',
      'guardrail',
      'person',
      'justification',
      'at',
      'authentication',
      'review',
    ],
    sql: `WITH ${DECISION}, review AS (
        SELECT data#>>'{request,target,request}' AS reviewed, max(data#>>'{decision,outcome}') AS outcome
        FROM event WHERE data#>>'{request,action}' = '${BREAK_GLASS_REVIEW.action}' GROUP BY 1
      )
      SELECT ${REQUEST_COLUMNS}, 'override' AS "kind", given->>'guardrail' AS "guardrail", given->>'person' AS "person",
             given->>'justification' AS "justification", given->>'at' AS "at", given->>'authentication' AS "authentication",
             NULL AS "review"
      FROM decided, ${itemsOf(`decision->'overrides'`)} AS given
      UNION ALL
      SELECT ${REQUEST_COLUMNS}, 'break-glass', NULL, request#>>'{breakGlass,person}', request#>>'{breakGlass,justification}',
             decision->>'decidedAt', request#>>'{breakGlass,authentication}',
             CASE WHEN review.reviewed IS NULL THEN 'not on record' ELSE coalesce(review.outcome, 'open') END
      FROM decided LEFT JOIN review ON review.reviewed = request_id::text WHERE decision->>'decidedBy' = 'break-glass'
      ORDER BY 1, 6`,
  },
  'guardrail-blocks': {
    says: 'Each guardrail that blocked an approved request, and why.',
    topics: ['guardrail.evaluated'],
    columns: [
      'seq',
      'requestId',
      'action',
      'environment',
      'requester',
      'guardrail',
      'reason',
      'policyRevision',
    ],
    sql: `WITH judged AS (SELECT seq, request_id, data->'request' AS request, data->'guardrail' AS guardrail FROM event)
      SELECT ${REQUEST_COLUMNS}, result->>'rule' AS "guardrail", result->>'reason' AS "reason",
             ${wholeOf(`guardrail->>'policyRevision'`)} AS "policyRevision"
      FROM judged, ${itemsOf(`guardrail->'results'`)} AS result
      WHERE result->>'verdict' = 'blocked' ORDER BY seq`,
  },
  timeouts: {
    says: 'Decisions that a silence made, and those that were escalated first: the step counts from 0.',
    topics: ['decision.made'],
    columns: [
      'seq',
      'requestId',
      'action',
      'environment',
      'requester',
      'outcome',
      'decidedBy',
      'step',
      'deadline',
      'decidedAt',
    ],
    sql: `WITH ${DECISION}
      SELECT ${REQUEST_COLUMNS}, decision->>'outcome' AS "outcome", decision->>'decidedBy' AS "decidedBy",
             ${wholeOf(`decision->>'step'`)} AS "step", decision->>'deadline' AS "deadline", decision->>'decidedAt' AS "decidedAt"
      FROM decided WHERE decision->>'decidedBy' = 'timeout' OR ${wholeOf(`decision->>'step'`)} > 0 ORDER BY seq`,
  },
  'separation-of-duties': {
    says: 'Who asked and who approved. `separate` is false where somebody decided on their own request, or the glass was broken: the exceptions.',
    topics: ['decision.made'],
    columns: [
      'seq',
      'requestId',
      'action',
      'environment',
      'requester',
      'owner',
      'approvers',
      'decidedBy',
      'separate',
    ],
    sql: `WITH ${DECISION}
      SELECT ${REQUEST_COLUMNS}, request->>'owner' AS "owner", ${APPROVERS} AS "approvers", decision->>'decidedBy' AS "decidedBy",
             decision->>'decidedBy' <> 'break-glass' AND NOT EXISTS (
               SELECT FROM ${itemsOf(`decision->'votes'`)}
               WHERE value->>'counted' = 'true'
                 AND (value->>'person' = ANY ((${ASKING})) OR value->>'onBehalfOf' = ANY ((${ASKING})))) AS "separate"
      FROM decided WHERE decision->>'outcome' = 'approved' AND decision->>'decidedBy' IN ('people', 'break-glass') ORDER BY seq`,
  },
  'policy-changes': {
    says: 'Every revision of the policy: how it came to rule, and who approved it.',
    topics: ['policy.published'],
    columns: [
      'seq',
      'revision',
      'origin',
      'publishedAt',
      'requestId',
      'approvedBy',
      'operator',
      'justification',
      'deactivated',
      'documentHash',
    ],
    sql: `SELECT seq::int8 AS "seq", ${wholeOf(`data->>'revision'`)} AS "revision", data->>'origin' AS "origin",
             data->>'publishedAt' AS "publishedAt", data->>'requestId' AS "requestId",
             (SELECT string_agg(person, ' ') FROM ${textsOf(`data->'approvedBy'`)} AS person) AS "approvedBy",
             data->>'operator' AS "operator", data->>'justification' AS "justification",
             data->>'deactivated' AS "deactivated", data->>'documentHash' AS "documentHash"
      FROM event ORDER BY seq`,
  },
  'response-times': {
    says: 'How long the people of each team take, from the opening of the approval to their vote that counts, in seconds.',
    topics: ['decision.made'],
    columns: ['team', 'votes', 'median', 'p90'],
    sql: `WITH ${DECISION}, answer AS (
        SELECT team, ${secondsBetween(`decision->>'openedAt'`, `vote->>'at'`)} AS seconds
        FROM vote, ${itemsOf(`route->'plan'->${wholeOf(`vote->>'step'`)}->'approvers'`)} AS approver,
             ${textsOf(`approver->'via'`)} AS team
        WHERE approver->>'person' = coalesce(vote->>'onBehalfOf', vote->>'person'))
      SELECT team AS "team", count(*)::int AS "votes",
             round((percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds))::numeric, 3)::float8 AS "median",
             round((percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds))::numeric, 3)::float8 AS "p90"
      FROM answer GROUP BY team ORDER BY team COLLATE "C"`,
  },
  'rubber-stamps': {
    says: `The share of approvals that were given within ${RUBBER_STAMP_SECONDS} seconds of the opening, by rule of the matrix and person.`,
    topics: ['decision.made'],
    columns: ['rule', 'person', 'approvals', 'quick', 'share'],
    sql: `WITH ${DECISION}, approval AS (
        SELECT route->>'rule' AS rule, vote->>'person' AS person,
               ${secondsBetween(`decision->>'openedAt'`, `vote->>'at'`)} < ${RUBBER_STAMP_SECONDS} AS is_quick
        FROM vote WHERE vote->>'verdict' = 'approve')
      SELECT rule AS "rule", person AS "person", count(*)::int AS "approvals",
             (count(*) FILTER (WHERE is_quick))::int AS "quick",
             round((count(*) FILTER (WHERE is_quick))::numeric / count(*), 3)::float8 AS "share"
      FROM approval GROUP BY rule, person ORDER BY 5 DESC, 3 DESC, rule COLLATE "C", person COLLATE "C"`,
  },
  'ledger-access': {
    says: 'Who read the ledger, by which key, and what was asked.',
    topics: [LEDGER_READ],
    columns: ['seq', 'at', 'reader', 'credential', 'query', 'count'],
    sql: `SELECT seq::int8 AS "seq", data->>'at' AS "at", data->>'reader' AS "reader", data->>'credential' AS "credential",
             data->>'query' AS "query", ${wholeOf(`data->>'count'`)} AS "count" FROM event ORDER BY seq`,
  },
};
