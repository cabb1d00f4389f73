import { type Decision, type Vote } from '@tollgate/contracts';
import { evaluateQuorum } from '@tollgate/policy';
import { type Approval, type Instant, isoTime, stepOf } from '../approval/approval.js';
import { makeDecision } from '../approval/make-decision.js';
import { deadlineOf } from '../open-approval/open-approval.js';

/** What the silence of a step comes to. */
export type StepEnd =
  | { readonly kind: 'decided'; readonly decision: Decision }
  | {
      readonly kind: 'next';
      readonly step: number;
      readonly approvers: readonly string[];
      readonly deadline: Instant;
    };

/** The clock and the policy at the moment the timer fires, and what was said until then. */
export interface SilenceFacts {
  readonly now: Instant;
  readonly policyRevision: number;
  /** Every vote on the request, in the order in which they were cast. */
  readonly votes: readonly Vote[];
}

/**
 * What happens when the time of an approval's step is over: a no, a yes that nobody gave, or the next step. A next
 * step that is not there, or that nobody can meet, is a no.
 */
export function endStep(approval: Approval, { now, policyRevision, votes }: SilenceFacts): StepEnd {
  const { onSilence, timeout } = stepOf(approval.file, approval.step);
  const decided = (outcome: 'approved' | 'expired', meaning: string): StepEnd => ({
    kind: 'decided',
    decision: makeDecision({
      ...approval,
      outcome,
      decidedBy: 'timeout',
      votes,
      decidedAt: now,
      explanation: `Not decided by people until ${isoTime(approval.deadline ?? now)} (${timeout}); ${meaning}`,
      policyRevision,
    }),
  });
  switch (onSilence) {
    case 'deny':
      return decided('expired', 'silence means no.');
    case 'approve':
      return decided('approved', 'silence means yes.');
    case 'next': {
      const step = approval.step + 1;
      const next = approval.file.route.plan[step];
      if (next === undefined) return decided('expired', 'nobody is left to ask, and that means no.');
      if (evaluateQuorum(next.quorum, next.approvers, []).state === 'denied') {
        return decided('expired', 'nobody in the next step may decide, and that means no.');
      }
      return {
        kind: 'next',
        step,
        approvers: next.approvers.map(({ person }) => person),
        deadline: deadlineOf(next.timeout, now),
      };
    }
  }
}
