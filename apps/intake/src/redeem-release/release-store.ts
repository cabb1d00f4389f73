import { type Guardrail, type Release, type Request } from '@tollgate/contracts';
import { type GateFacts } from '@tollgate/policy';
import { type DataSource, type EntityManager } from 'typeorm';
import { Statement } from '../database/statement.js';
import { queueMessages } from '../tell-producers/queue-messages.js';
import { type ReleaseEnd, type ReleaseStanding } from './release-standing.js';

interface StandingRow {
  request: string;
  judged: string;
  released: string;
  state: ReleaseEnd['state'] | null;
  ended_by: string;
  ended_at: Date;
  idempotency_key: string | null;
  guardrail: string;
  reason: string;
  now: Date;
  ruling: number;
}

/** Only of a request that is released: nothing else can be redeemed or revoked. */
const STANDING = new Statement<StandingRow>(
  'release-standing',
  `SELECT r.request::text AS request, e.data::text AS judged, s.data::text AS released,
     x.state, x.ended_by, x.ended_at, x.idempotency_key, x.guardrail::text AS guardrail, x.reason,
     clock_timestamp() AS now, (SELECT max(revision) FROM policy_revision) AS ruling
   FROM stage s
   JOIN outcome o ON o.request_id = s.request_id AND o.status = 'released'
   JOIN request r ON r.id = s.request_id
   JOIN stage e ON e.request_id = s.request_id AND e.stage = 'guardrail.evaluated'
   LEFT JOIN release_end x ON x.request_id = s.request_id
   WHERE s.request_id = $1 AND s.stage = 'action.released'`,
);

const REQUEST_OF = new Statement<{ request_id: string }>(
  'request-of-release',
  `SELECT request_id FROM stage WHERE stage = 'action.released' AND (data->'release'->>'id')::uuid = $1`,
);

/** Queues it for the producer, where it wants to be told of more than the end of its requests. */
const TELL = `told AS (
     SELECT e.request_id, r.producer, 'release.' || e.state AS type FROM ended e JOIN request r ON r.id = e.request_id
   ), queued AS (
     ${queueMessages('told', 'changes')}
   )`;

/** The first row of a release rules; a competitor that is under way is waited for. */
const REDEEM = new Statement<{ ended_at: Date }>(
  'redeem-release',
  `WITH moment AS MATERIALIZED (SELECT date_trunc('milliseconds', clock_timestamp()) AS now), ended AS (
     INSERT INTO release_end (request_id, release_id, state, ended_by, ended_at, idempotency_key, guardrail)
     SELECT $1::uuid, $2::uuid, 'redeemed', $3::text, now, $4::text, $5::json FROM moment
     WHERE now < $6::timestamptz
       AND EXISTS (SELECT FROM outcome WHERE request_id = $1::uuid AND status = 'released')
     ON CONFLICT DO NOTHING RETURNING request_id, state, ended_at
   ), ${TELL}
   SELECT ended_at FROM ended`,
);

const REVOKE = new Statement<{ ended_at: Date }>(
  'revoke-release',
  `WITH ended AS (
     INSERT INTO release_end (request_id, release_id, state, ended_by, ended_at, reason)
     SELECT $1::uuid, $2::uuid, 'revoked', $3::text, date_trunc('milliseconds', clock_timestamp()), $4::text
     WHERE EXISTS (SELECT FROM outcome WHERE request_id = $1::uuid AND status = 'released')
     ON CONFLICT DO NOTHING RETURNING request_id, state, ended_at
   ), ${TELL}
   SELECT ended_at FROM ended`,
);

/** JSON that this service wrote itself, back as what it was. */
const own = <T>(text: string): T => JSON.parse(text) as T;

function endOf(row: StandingRow): ReleaseEnd | undefined {
  const ended = () => ({ by: row.ended_by, at: row.ended_at.toISOString() });
  switch (row.state) {
    case null:
      return undefined;
    case 'redeemed':
      return {
        state: 'redeemed',
        ...ended(),
        idempotencyKey: row.idempotency_key,
        guardrail: own<Guardrail>(row.guardrail),
      };
    case 'revoked':
      return { state: 'revoked', ...ended(), reason: row.reason };
  }
}

/** The release of a request and how it stands; undefined where there is none. */
export async function releaseStanding(
  dataSource: DataSource,
  requestId: string,
): Promise<ReleaseStanding | undefined> {
  const [row] = await STANDING.alone(dataSource, [requestId]);
  if (row === undefined) return undefined;
  const request = own<Request>(row.request);
  const { route, decision } = own<Omit<GateFacts, 'request'>>(row.judged);
  const { release } = own<{ release: Release }>(row.released);
  const end = endOf(row);
  return {
    request,
    release,
    facts: { request, route, decision },
    now: row.now.getTime(),
    ruling: row.ruling,
    ...(end === undefined ? {} : { end }),
  };
}

/** The request that a release is of; undefined for an unknown release. */
export async function requestOfRelease(
  dataSource: DataSource,
  releaseId: string,
): Promise<string | undefined> {
  return (await REQUEST_OF.alone(dataSource, [releaseId]))[0]?.request_id;
}

/** Who redeems or revokes which release. */
export interface Ending {
  readonly release: Pick<Release, 'id' | 'expiresAt'>;
  readonly requestId: string;
  readonly by: string;
}

/**
 * Marks a release as redeemed, in the caller's transaction.
 * @returns when, ISO 8601; undefined where it was redeemed or revoked before, or has expired
 */
export async function markRedeemed(
  tx: EntityManager,
  { release, requestId, by }: Ending,
  idempotencyKey: string | null,
  guardrail: Guardrail,
): Promise<string | undefined> {
  const values = [requestId, release.id, by, idempotencyKey, JSON.stringify(guardrail), release.expiresAt];
  return (await REDEEM.within(tx, values))[0]?.ended_at.toISOString();
}

/**
 * Marks a release as revoked, in the caller's transaction.
 * @returns when, ISO 8601; undefined where it was redeemed or revoked before
 */
export async function markRevoked(
  tx: EntityManager,
  { release, requestId, by }: Ending,
  reason: string,
): Promise<string | undefined> {
  return (await REVOKE.within(tx, [requestId, release.id, by, reason]))[0]?.ended_at.toISOString();
}
