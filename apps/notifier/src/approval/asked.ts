import { type PlanStep } from '@tollgate/contracts';
import { type Approval, type StandIn, stepOf } from './approval.js';
import { hasStages } from './judge-step.js';

/** Whom a step asks. */
export interface Asked {
  /** Person ids of those who are asked now, also those who have answered, and their delegates. */
  readonly approvers: readonly string[];
  /** Everybody whom the step may ask; absent where nobody is asked later. */
  readonly electorate?: readonly string[];
  /** Of the approvers, those who are away and get no mail, as somebody stands for them; absent where there is nobody. */
  readonly absent?: readonly string[];
  /** Who is asked in whose place; absent where nobody is. */
  readonly standIns?: readonly StandIn[];
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

/** Those whom an approval asks in the place of approvers of its step. */
export function delegatesIn({ file, step, asked = [] }: Pick<Approval, 'file' | 'step' | 'asked'>): string[] {
  const own = new Set(stepOf(file, step).approvers.map(({ person }) => person));
  return asked.filter((person) => !own.has(person));
}

/** For whom a person is asked in an approval, besides themselves. */
export const standsFor = ({ standIns = [] }: Pick<Approval, 'standIns'>, person: string): string[] =>
  standIns.filter(({ to }) => to === person).map(({ from }) => from);

/** The people for whom a person may decide in an approval: themselves first, where the step asks them. */
export const voicesOf = (
  { file, step, standIns = [] }: Pick<Approval, 'file' | 'step' | 'standIns'>,
  person: string,
): string[] => [
  ...(stepOf(file, step).approvers.some((approver) => approver.person === person) ? [person] : []),
  ...standsFor({ standIns }, person),
];
