import { type OutboxRelay } from '@tollgate/messaging';
import { POLICY_PUBLISH } from '@tollgate/policy';
import { type Counter } from 'prom-client';
import { type ChangeWords } from '../policy-check/change-words.js';
import { highestRevision } from '../publish-policy/policy-revision.js';
import { acceptSubmissions } from '../submit-request/accept-submissions.js';
import {
  type AtTheDoor,
  type Cleared,
  newSubmission,
  type Submission,
  type Submitter,
} from '../submit-request/submission.js';
import { keepProposal, type PolicyDraft } from './policy-proposal.js';

/** A checked proposal. */
export interface Proposed {
  readonly draft: PolicyDraft;
  readonly words: ChangeWords;
  /** Without secrets. */
  readonly reason: Cleared & { readonly text: string };
}

/** The request that asks for a change of policy: what is approved is exactly that document on that revision. */
export const proposalSubmission = (
  { draft: { texts, basedOn }, words, reason }: Proposed,
  submitter: Submitter,
  door: AtTheDoor,
): Submission =>
  newSubmission(
    {
      ...POLICY_PUBLISH,
      target: { documentHash: texts.documentHash, basedOn },
      parameters: { changes: words.changes, effects: words.effects },
      reason: reason.text,
    },
    submitter,
    door,
    reason,
  );

/** `new`, `known`, or the number of the revision that rules instead of the one that the proposal is based on. */
export type ProposalAcceptance = 'new' | 'known' | { readonly ruling: number };

/** Takes a proposal in: the draft, `policy.proposed` and an ordinary request, in one transaction. */
export async function proposePolicy(
  relay: OutboxRelay,
  accepted: Counter<'door'>,
  draft: PolicyDraft,
  submission: Submission,
): Promise<ProposalAcceptance> {
  const acceptance = await relay.transaction(async (tx, publish): Promise<ProposalAcceptance> => {
    const ruling = await highestRevision(tx);
    if (ruling !== draft.basedOn) return { ruling };
    const [acceptance] = await acceptSubmissions(tx, publish, [submission]);
    if (acceptance !== 'new') return 'known';
    await keepProposal(tx, publish, draft, submission.request, submission.traceparent);
    return 'new';
  });
  if (acceptance === 'new') accepted.inc({ door: 'policy' });
  return acceptance;
}
