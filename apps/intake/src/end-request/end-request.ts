import { type EntityManager } from 'typeorm';
import { Statement } from '../database/statement.js';
import { queueMessages } from '../tell-producers/queue-messages.js';
import { type FinalStatus, type StageData, type StageName } from '../request-status/request-snapshot.js';

const END = new Statement<{ request_id: string }>(
  'end-request',
  `WITH decided AS (
     INSERT INTO outcome (request_id, status, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
     RETURNING request_id, status
   ), ended AS (
     SELECT d.request_id, r.producer, 'request.' || d.status AS type FROM decided d JOIN request r ON r.id = d.request_id
   ), queued AS (
     ${queueMessages('ended')}
   )
   SELECT request_id FROM decided`,
);

const PASS = new Statement(
  'pass-stage',
  'INSERT INTO stage (request_id, stage, at, data) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
);

/** Records a stage besides the one that an event brought, in the caller's transaction. */
export const passStage = async <Name extends StageName>(
  tx: EntityManager,
  requestId: string,
  stage: Name,
  at: string,
  data: StageData[Name],
): Promise<void> => {
  await PASS.within(tx, [requestId, stage, at, JSON.stringify(data)]);
};

/** How somebody ends a request from outside, by a withdrawal or by giving it up. */
export interface Ending<Name extends StageName> {
  readonly requestId: string;
  readonly status: FinalStatus;
  readonly stage: Name;
  readonly data: StageData[Name];
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Tries to end one request, in the caller's transaction. The first outcome of a request rules; a competitor that is
 * under way is waited for.
 * @returns false when the request was at its end already; nothing is written then
 */
export async function endRequest<Name extends StageName>(
  tx: EntityManager,
  ending: Ending<Name>,
): Promise<boolean> {
  const won = await END.within(tx, [ending.requestId, ending.status, ending.at]);
  if (won.length === 0) return false;
  await passStage(tx, ending.requestId, ending.stage, ending.at, ending.data);
  return true;
}
