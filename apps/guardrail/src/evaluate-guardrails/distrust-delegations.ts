import { type DecisionMade, type Vote } from '@tollgate/contracts';
import { type CompiledPolicy, type Delegation, delegationObstacle, whoIsExcluded } from '@tollgate/policy';
import { type Distrust } from './distrust.js';
import { countedVotes } from './distrust-voters.js';

/** By what the votes for others are checked. */
export interface DelegationEvidence {
  /** Undefined for one that was never declared. */
  readonly find: (id: string) => Delegation | undefined;
  /** The revision of the decision. */
  readonly ruling: CompiledPolicy;
  /** Until when somebody was active, in milliseconds since 1970; see `VoterFacts`. */
  readonly activeUntil: (person: string) => number;
}

/** The votes that count and were cast for somebody else; a denied request needs none of them to be true. */
export const delegatedVotes = (data: DecisionMade): Vote[] =>
  countedVotes(data).filter(({ onBehalfOf }) => onBehalfOf !== undefined);

/**
 * Why a vote that was counted for somebody else was not theirs to cast, by the rule by which the notifier takes such
 * votes and by what is on `delegation.declared`, not by what the decision says.
 * @returns undefined where each of them was
 */
export function distrustDelegations(
  data: DecisionMade,
  { find, ruling, activeUntil }: DelegationEvidence,
): Distrust | undefined {
  const excluded = whoIsExcluded(ruling, data);
  for (const { person, onBehalfOf = '', delegation: id = '', at } of delegatedVotes(data)) {
    const delegation = find(id);
    const vote = `a vote of ${person} is counted for ${onBehalfOf}`;
    if (delegation === undefined)
      return { why: 'delegation', detail: `${vote}, and its delegation was never declared` };
    const cast = Date.parse(at);
    const obstacle = delegationObstacle(
      delegation,
      { requestId: data.request.id, person, onBehalfOf, at: cast },
      // A vote keeps counting though its person left between it and the decision.
      { excluded, isActive: (each) => cast <= activeUntil(each) },
    );
    if (obstacle !== undefined)
      return { why: 'delegation', detail: `${vote}, which no delegation allowed: ${obstacle}` };
  }
  return undefined;
}
