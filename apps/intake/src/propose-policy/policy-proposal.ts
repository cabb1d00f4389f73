import { requestIdFor, type Request } from '@tollgate/contracts';
import { type Publish } from '@tollgate/messaging';
import { type DataSource, type EntityManager } from 'typeorm';
import { Statement } from '../database/statement.js';
import { textRecord } from '../events/event-record.js';
import { type PolicyTexts } from '../publish-policy/policy-revision.js';

/** A draft of a revision, and the revision that it is meant to follow. */
export interface PolicyDraft {
  readonly texts: PolicyTexts;
  readonly basedOn: number;
}

/** By what a proposal is known. */
export interface ProposalKey {
  readonly producer: string;
  readonly documentHash: string;
  readonly basedOn: number;
}

interface EarlierRow {
  request_id: string;
  status: string | null;
}

const EARLIER = new Statement<EarlierRow>(
  'earlier-proposals',
  `SELECT p.request_id, o.status FROM policy_proposal p LEFT JOIN outcome o ON o.request_id = p.request_id
   WHERE p.document_hash = $1 AND p.based_on = $2 AND p.proposed_by = $3`,
);
const INSERT = new Statement(
  'insert-proposal',
  `INSERT INTO policy_proposal (request_id, document_hash, based_on, content_hash, policy, directory, proposed_by, proposed_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
);
const OF_REQUEST = new Statement<{ policy: string; directory: string }>(
  'proposal-of-request',
  `SELECT policy::text AS policy, directory::text AS directory FROM policy_proposal
   WHERE request_id = $1 AND document_hash = $2 AND based_on = $3 AND content_hash = $4`,
);

/**
 * The request of a proposal. The same draft on the same revision by the same producer is the same request, as long as it
 * is open or was released; after a no it may be asked for again.
 */
export async function proposalRequest(
  dataSource: DataSource,
  { producer, documentHash, basedOn }: ProposalKey,
): Promise<{ readonly id: string; readonly isKnown: boolean }> {
  const earlier = await EARLIER.alone(dataSource, [documentHash, basedOn, producer]);
  const standing = earlier.find(({ status }) => status === null || status === 'released');
  if (standing !== undefined) return { id: standing.request_id, isKnown: true };
  // No producer can take this id with a key of its own: keys have no line breaks.
  const key = `policy\n${documentHash}\n${basedOn}\n${earlier.length}`;
  return { id: requestIdFor(producer, key), isKnown: false };
}

/** Keeps a draft with the request that asks for it, which is new, and says so on `policy.proposed`. */
export async function keepProposal(
  tx: EntityManager,
  publish: Publish,
  { texts, basedOn }: PolicyDraft,
  request: Request,
  traceparent?: string,
): Promise<void> {
  const { documentHash, policy, directory } = texts;
  const { id: requestId, producer: proposedBy, submittedAt: proposedAt } = request;
  await INSERT.within(tx, [
    requestId,
    documentHash,
    basedOn,
    request.contentHash,
    policy,
    directory,
    proposedBy,
    proposedAt,
  ]);
  const given = {
    topic: 'policy.proposed' as const,
    service: 'intake' as const,
    // One document may be proposed more than once: the event's id goes by the request.
    key: requestId,
    requestId,
    time: proposedAt,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  const head = JSON.stringify({ documentHash }).slice(0, -1);
  const tail = JSON.stringify({ basedOn, proposedBy, requestId, proposedAt }).slice(1);
  publish([textRecord(given, documentHash, `${head},"policy":${policy},"directory":${directory},${tail}`)]);
}

/** The draft that stands behind a request; undefined where none does: then the request may say what it likes. */
export async function proposalOf(
  tx: EntityManager,
  { id, target, contentHash }: Request,
): Promise<PolicyDraft | undefined> {
  const { documentHash, basedOn } = target;
  if (typeof documentHash !== 'string' || typeof basedOn !== 'number' || !Number.isSafeInteger(basedOn))
    return undefined;
  const [row] = await OF_REQUEST.within(tx, [id, documentHash, basedOn, contentHash]);
  return row === undefined ? undefined : { texts: { documentHash, ...row }, basedOn };
}
