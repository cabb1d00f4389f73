import { type DecisionOutcome } from '@tollgate/contracts';

/** How an approval ended, for a person who reads it at the head of a sentence. */
export const OUTCOMES: Readonly<Record<DecisionOutcome, string>> = {
  approved: 'Approved',
  denied: 'Denied',
  cancelled: 'Withdrawn',
  expired: 'Nobody decided in time',
};
