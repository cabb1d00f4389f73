import {
  type PolicyProposed,
  type PolicyPublished,
  type ReleaseRedeemed,
  type ReleaseRevoked,
  type Request,
} from '@tollgate/contracts';
import { type FoundEvent } from '@tollgate/runtime';
import { hash } from 'node:crypto';
import { type DataSource } from 'typeorm';
import { plainArray, textArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { type FinalStatus } from '../request-status/request-snapshot.js';
import { plainHashOf } from '../submit-request/plain-hash.js';
import { queueMessages } from '../tell-producers/queue-messages.js';

const REVISION = new Statement(
  'restore-revision',
  `INSERT INTO policy_revision (revision, document_hash, policy, directory, origin, published_at, details)
   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
);

async function restoreRevision(dataSource: DataSource, published: PolicyPublished): Promise<void> {
  const { revision, documentHash, policy, directory, origin, publishedAt, ...details } = published;
  await REVISION.alone(dataSource, [
    revision,
    documentHash,
    JSON.stringify(policy),
    JSON.stringify(directory),
    origin,
    publishedAt,
    JSON.stringify(details),
  ]);
}

const PROPOSAL = new Statement(
  'restore-proposal',
  `INSERT INTO policy_proposal (request_id, document_hash, based_on, content_hash, policy, directory, proposed_by, proposed_at)
   SELECT id, $2, $3, request->>'contentHash', $4, $5, $6, $7 FROM request WHERE id = $1
   ON CONFLICT DO NOTHING`,
);

const restoreProposal = (dataSource: DataSource, proposed: PolicyProposed): Promise<unknown> =>
  PROPOSAL.alone(dataSource, [
    proposed.requestId,
    proposed.documentHash,
    proposed.basedOn,
    JSON.stringify(proposed.policy),
    JSON.stringify(proposed.directory),
    proposed.proposedBy,
    proposed.proposedAt,
  ]);

/** The producer's own id of a request is on no topic; the request's id is made from it, which is what counts. */
const REQUESTS = new Statement(
  'restore-requests',
  `INSERT INTO request (id, producer, body_hash, text_hash, action, environment, requester, submitted_at, request)
   SELECT i.id, i.producer, i.body_hash, i.text_hash, i.action, i.environment, i.requester, i.submitted_at, i.request::json
   FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[])
     AS i (id, producer, body_hash, text_hash, action, environment, requester, submitted_at, request)
   ON CONFLICT (id) DO NOTHING`,
);

const restoreRequests = async (dataSource: DataSource, requests: readonly Request[]): Promise<void> => {
  const texts = requests.map((request) => JSON.stringify(request));
  const column = (pick: (request: Request) => string): Buffer => textArray(requests.map(pick));
  await REQUESTS.alone(dataSource, [
    plainArray(requests.map(({ id }) => id)),
    column(({ producer }) => producer),
    column(plainHashOf),
    plainArray(texts.map((text) => hash('sha256', text))),
    column(({ action }) => action),
    column(({ environment }) => environment),
    column(({ requester }) => requester),
    plainArray(requests.map(({ submittedAt }) => submittedAt)),
    textArray(texts),
  ]);
};

interface End {
  readonly requestId: string;
  readonly status: FinalStatus;
  readonly at: string;
  readonly stage: string;
  readonly data: object;
}

/** Its producer may have been told already: the message has the same id, by which receivers know it again. */
const ENDS = new Statement(
  'restore-ends',
  `WITH incoming AS (
     SELECT i.* FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[]) AS i (id, status, at, stage, data)
     JOIN request r ON r.id = i.id
   ), passed AS (
     INSERT INTO stage (request_id, stage, at, data) SELECT id, stage, at, data::json FROM incoming ON CONFLICT DO NOTHING
   ), decided AS (
     INSERT INTO outcome (request_id, status, at) SELECT id, status, at FROM incoming ON CONFLICT DO NOTHING
     RETURNING request_id, status
   ), ended AS (
     SELECT d.request_id, r.producer, 'request.' || d.status AS type FROM decided d JOIN request r ON r.id = d.request_id
   ), queued AS (
     ${queueMessages('ended')}
   )
   SELECT request_id FROM decided`,
);

const restoreEnds = async (dataSource: DataSource, ends: readonly End[]): Promise<void> => {
  await ENDS.alone(dataSource, [
    plainArray(ends.map(({ requestId }) => requestId)),
    plainArray(ends.map(({ status }) => status)),
    plainArray(ends.map(({ at }) => at)),
    plainArray(ends.map(({ stage }) => stage)),
    textArray(ends.map(({ data }) => JSON.stringify(data))),
  ]);
};

/** By which id of its own somebody redeemed is on no topic: who asks again hears that it was redeemed. */
const RELEASE_END = new Statement(
  'restore-release-end',
  `INSERT INTO release_end (request_id, release_id, state, ended_by, ended_at, guardrail, reason)
   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
);

const restoreRedeemed = (dataSource: DataSource, redeemed: ReleaseRedeemed): Promise<unknown> =>
  RELEASE_END.alone(dataSource, [
    redeemed.requestId,
    redeemed.releaseId,
    'redeemed',
    redeemed.redeemedBy,
    redeemed.redeemedAt,
    JSON.stringify(redeemed.guardrail),
    null,
  ]);

const restoreRevoked = (dataSource: DataSource, revoked: ReleaseRevoked): Promise<unknown> =>
  RELEASE_END.alone(dataSource, [
    revoked.requestId,
    revoked.releaseId,
    'revoked',
    revoked.revokedBy,
    revoked.revokedAt,
    null,
    revoked.reason,
  ]);

function endOf(found: FoundEvent): End[] {
  switch (found.topic) {
    case 'request.withdrawn': {
      const { data } = found.event;
      const { requestId, withdrawnAt: at } = data;
      return [{ requestId, status: 'cancelled', at, stage: found.topic, data }];
    }
    case 'request.failed': {
      const { data } = found.event;
      const { requestId, failedAt: at } = data;
      return [{ requestId, status: 'failed', at, stage: found.topic, data }];
    }
    case 'action.released': {
      const { data, time: at } = found.event;
      const { request, release } = data;
      return [{ requestId: request.id, status: 'released', at, stage: found.topic, data: { release } }];
    }
    default:
      return [];
  }
}

/** Writes what intake said itself into its tables, where it is not there. Publishes nothing. */
export async function restoreRows(dataSource: DataSource, events: readonly FoundEvent[]): Promise<void> {
  const requests = events.flatMap((found) =>
    found.topic === 'request.submitted' ? [found.event.data.request] : [],
  );
  if (requests.length > 0) await restoreRequests(dataSource, requests);
  const ends = events.flatMap(endOf);
  if (ends.length > 0) await restoreEnds(dataSource, ends);
  for (const found of events) {
    if (found.topic === 'policy.published') await restoreRevision(dataSource, found.event.data);
    if (found.topic === 'policy.proposed') await restoreProposal(dataSource, found.event.data);
    if (found.topic === 'release.redeemed') await restoreRedeemed(dataSource, found.event.data);
    if (found.topic === 'release.revoked') await restoreRevoked(dataSource, found.event.data);
  }
}
