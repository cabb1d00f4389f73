import { type PlanStep, type Verdict } from '@tollgate/contracts';

const READABLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether a step asks for a reason with a verdict that has none; blanks and invisible characters are none. */
export const lacksReason = (
  { reasonFor = [] }: Pick<PlanStep, 'reasonFor'>,
  { verdict, reason }: { readonly verdict: Verdict; readonly reason: string },
): boolean => reasonFor.includes(verdict) && !READABLE.test(reason);
