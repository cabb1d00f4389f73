import {
  type DecidedBy,
  type Decision,
  type DecisionOutcome,
  type Override,
  type Vote,
} from '@tollgate/contracts';
import { type Instant, isoTime } from './approval.js';
import { finalVotes } from './final-votes.js';

/** Everything that a decision's section of the file says. */
export interface DecisionFacts {
  readonly outcome: DecisionOutcome;
  readonly decidedBy: DecidedBy;
  readonly step: number;
  readonly openedAt: Instant;
  readonly deadline?: Instant;
  /** In the order in which they were cast. */
  readonly votes: readonly Vote[];
  /** Of guardrails, in the order in which they came; none unless given. */
  readonly overrides?: readonly Override[];
  readonly decidedAt: Instant;
  /** One sentence for people. */
  readonly explanation: string;
  readonly policyRevision: number;
}

/** What the contract allows of an explanation, in characters. */
const LONGEST = 4000;

/** The `decision` section of decision.made. */
export const makeDecision = (facts: DecisionFacts): Decision => ({
  outcome: facts.outcome,
  decidedBy: facts.decidedBy,
  step: facts.step,
  openedAt: isoTime(facts.openedAt),
  ...(facts.deadline === undefined ? {} : { deadline: isoTime(facts.deadline) }),
  votes: finalVotes(facts.votes, facts.step),
  overrides: [...(facts.overrides ?? [])],
  decidedAt: isoTime(facts.decidedAt),
  explanation: facts.explanation.slice(0, LONGEST),
  policyRevision: facts.policyRevision,
});
