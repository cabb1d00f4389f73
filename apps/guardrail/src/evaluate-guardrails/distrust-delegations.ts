import { type DecisionMade, type Vote } from '@tollgate/contracts';
import {
  type CompiledPolicy,
  type Delegation,
  delegationObstacle,
  isActive,
  whoIsExcluded,
} from '@tollgate/policy';

/** By what the votes for others are checked. */
export interface DelegationEvidence {
  /** Undefined for one that was never declared. */
  readonly find: (id: string) => Delegation | undefined;
  /** The revision of the request's submission, and that of the decision. */
  readonly revisions: readonly CompiledPolicy[];
  /** The latter. */
  readonly ruling: CompiledPolicy;
}

/** The votes that count and were cast for somebody else; a denied request needs none of them to be true. */
export const delegatedVotes = ({ decision }: DecisionMade): Vote[] =>
  decision.outcome === 'approved'
    ? decision.votes.filter(({ counted, onBehalfOf }) => counted && onBehalfOf !== undefined)
    : [];

/**
 * Why a vote that was counted for somebody else was not theirs to cast, by the rule by which the notifier takes such
 * votes and by what is on `delegation.declared`, not by what the decision says.
 * @returns for people; undefined where each of them was
 */
export function distrustDelegations(
  data: DecisionMade,
  { find, revisions, ruling }: DelegationEvidence,
): string | undefined {
  const facts = {
    excluded: whoIsExcluded(ruling, data),
    // A vote keeps counting though its person left between it and the decision.
    isActive: (person: string): boolean => revisions.some((revision) => isActive(revision, person)),
  };
  for (const { person, onBehalfOf = '', delegation: id = '', at } of delegatedVotes(data)) {
    const delegation = find(id);
    const vote = `a vote of ${person} is counted for ${onBehalfOf}`;
    if (delegation === undefined) return `${vote}, and its delegation was never declared`;
    const obstacle = delegationObstacle(
      delegation,
      { requestId: data.request.id, person, onBehalfOf, at: Date.parse(at) },
      facts,
    );
    if (obstacle !== undefined) return `${vote}, which no delegation allowed: ${obstacle}`;
  }
  return undefined;
}
