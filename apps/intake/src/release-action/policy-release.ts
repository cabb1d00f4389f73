import { type RequestFailed, type TopicEvent } from '@tollgate/contracts';
import { POLICY_PUBLISH } from '@tollgate/policy';
import { type EntityManager } from 'typeorm';
import { proposalOf } from '../propose-policy/policy-proposal.js';
import { lockPolicy, type PolicyRevision } from '../publish-policy/policy-revision.js';
import { approversOf } from './approvers-of.js';
import { outcomeOf } from './outcome-of.js';

type Event = TopicEvent<'guardrail.evaluated'>;

/** What the release of a change of policy comes to: a revision, or a failure. */
export type PolicyRelease =
  | { readonly kind: 'publish'; readonly revision: PolicyRevision }
  | { readonly kind: 'fail'; readonly failed: RequestFailed };

/** Whether the release of a request would publish a policy. */
export const releasesPolicy = ({ data }: Event): boolean =>
  data.request.action === POLICY_PUBLISH.action && outcomeOf(data) === 'released';

/**
 * Decides on a change of policy that may be released, in the transaction that settles its outcome. Nobody else can
 * publish a revision until that ends.
 */
export async function policyRelease(tx: EntityManager, { data }: Event): Promise<PolicyRelease> {
  const { request, decision } = data;
  const ruling = await lockPolicy(tx);
  const draft = await proposalOf(tx, request);
  const fail = (cause: 'stale' | 'not-proposed', reason: string): PolicyRelease => ({
    kind: 'fail',
    failed: {
      requestId: request.id,
      service: 'intake',
      reason,
      givenUpBy: 'intake',
      failedAt: decision.decidedAt,
      cause,
    },
  });
  if (draft === undefined)
    return fail('not-proposed', 'no proposal stands behind it: a policy is proposed by POST /v1/policy');
  if (draft.basedOn !== ruling)
    return fail(
      'stale',
      `stale: the proposal is based on revision ${draft.basedOn}, and revision ${ruling} rules now; propose the change again`,
    );
  return {
    kind: 'publish',
    revision: {
      revision: ruling + 1,
      ...draft.texts,
      origin: 'approved',
      publishedAt: decision.decidedAt,
      requestId: request.id,
      approvedBy: approversOf(decision),
    },
  };
}
