import { type PlanStep } from '@tollgate/contracts';
import { hasStages } from './judge-step.js';

/** Whom a step asks. */
export interface Asked {
  /** Person ids of those who are asked now, also those who have answered. */
  readonly approvers: readonly string[];
  /** Everybody whom the step may ask; absent where nobody is asked later. */
  readonly electorate?: readonly string[];
}

/**
 * Whom a step asks as it stands.
 * @param mayVote those to whom it is open now
 */
export function askedOf(
  { quorum, approvers }: Pick<PlanStep, 'quorum' | 'approvers'>,
  mayVote: readonly string[],
): Asked {
  const now = new Set(mayVote);
  const everybody = approvers.map(({ person }) => person);
  return {
    approvers: everybody.filter((person) => now.has(person)),
    ...(hasStages(quorum) ? { electorate: everybody } : {}),
  };
}
