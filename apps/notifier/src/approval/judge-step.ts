import { type PlanStep, type QuorumExpression, type Vote } from '@tollgate/contracts';
import { evaluateQuorum, type QuorumResult } from '@tollgate/policy';

/** Whether the directory of the ruling revision has a person as active. */
export type IsActive = (person: string) => boolean;

/** Where a step stands: by its votes, or because those who are left cannot meet its quorum any more. */
export interface StepStanding extends QuorumResult {
  /** Who decided it where it is decided: the votes, or the directory that took people away. */
  readonly decidedBy: 'people' | 'policy';
}

/** The votes that bear on a step, in the order in which they were cast. */
export const countingIn = (votes: readonly Vote[], step: number): Vote[] =>
  votes.filter((vote) => vote.counted && vote.step === step);

/** Whether some people of a step are asked only once others have answered. */
export function hasStages(quorum: QuorumExpression): boolean {
  switch (quorum.kind) {
    case 'stages':
      return true;
    case 'any':
    case 'all':
    case 'atLeast':
      return quorum.of.some(hasStages);
    case 'veto':
    case 'denials':
      return hasStages(quorum.in);
    default:
      return false;
  }
}

/**
 * Where a step stands. What was said while its person was active counts; of people who are not active any more
 * nothing else is waited for.
 * @param votes those that bear on the step, in the order in which they were cast
 * @throws UnknownQuorumError for a quorum that this version does not know
 */
export function judgeStep(
  { quorum, approvers }: Pick<PlanStep, 'quorum' | 'approvers'>,
  votes: readonly Vote[],
  isActive: IsActive,
): StepStanding {
  const result = evaluateQuorum(quorum, approvers, votes);
  if (result.state === 'open') {
    const gone = approvers.map(({ person }) => person).filter((person) => !isActive(person));
    if (gone.length > 0) {
      const left = evaluateQuorum(quorum, approvers, votes, new Set(gone));
      return {
        ...left,
        mayVote: left.mayVote.filter(isActive),
        decidedBy: left.state === 'denied' ? 'policy' : 'people',
      };
    }
  }
  return { ...result, decidedBy: 'people' };
}
