import { type Decision, type PlanStep, type RouteResolved, type Vote } from '@tollgate/contracts';
import { isBreakGlassReview } from '@tollgate/policy';
import { type Approval, type Instant, isoTime, type StandIn, stepOf } from '../approval/approval.js';
import { type Asked, askedOf } from '../approval/asked.js';
import { explainDecision } from '../approval/explain-decision.js';
import { countingIn, type IsActive, judgeStep } from '../approval/judge-step.js';
import { makeDecision } from '../approval/make-decision.js';
import { withStandIns } from '../delegation/stand-ins.js';
import { deadlineOf } from '../open-approval/open-approval.js';
import { firstReminder } from './next-reminder.js';

/** What the silence of a step comes to. */
export type StepEnd =
  | { readonly kind: 'decided'; readonly decision: Decision }
  | {
      readonly kind: 'next';
      readonly step: number;
      readonly asked: Asked;
      readonly openedAt: Instant;
      readonly deadline: Instant;
      /** When its people are reminded first; absent where they never are. */
      readonly remindAt?: Instant;
      /** What the quorum of that step lacks, for people. */
      readonly waitingFor: string;
    };

/** The clock and the policy at the moment the timer fires, and what was said until then. */
export interface SilenceFacts {
  readonly now: Instant;
  readonly policyRevision: number;
  readonly isActive: IsActive;
  /** Who stands for people whom its later steps ask; nobody unless given. */
  readonly standIns?: readonly StandIn[];
  /** Every vote on the request, in the order in which they were cast. */
  readonly votes: readonly Vote[];
}

/** Where silence that asks the next step leads: to a step with people, or to a no, and why. */
type Escalation =
  | { readonly kind: 'next'; readonly index: number; readonly step: PlanStep }
  | { readonly kind: 'no'; readonly why: string };

/**
 * Steps that nobody can meet are skipped at once. Silence that approves holds only where somebody could have said no:
 * in a step without anybody it is a no.
 */
function escalate(file: RouteResolved, from: number, isActive: IsActive): Escalation {
  const skipped: string[] = [];
  const no = (why: string): Escalation => ({ kind: 'no', why: [...skipped, why].join('; ') });
  for (let index = from; ; index += 1) {
    const step = file.route.plan[index];
    if (step === undefined) return no('nobody is left to ask, and that means no.');
    const { state, reason } = judgeStep(step, [], isActive);
    if (state !== 'denied') return { kind: 'next', index, step };
    skipped.push(`step ${index + 1} is skipped: ${reason.replace(/\.$/, '')}`);
    if (step.onSilence !== 'next') return no('nobody could answer there, and that means no.');
  }
}

/**
 * The step that is asked after the current one, or why nobody is; see `endStep`. After the last step of a review of broken
 * glass comes the same one again, whoever is left of it: only people close a review.
 */
export function nextStep(
  { file, step: current }: Pick<Approval, 'file' | 'step'>,
  { now, isActive, standIns = [] }: Pick<SilenceFacts, 'now' | 'isActive' | 'standIns'>,
): (StepEnd & { kind: 'next' }) | { readonly kind: 'no'; readonly why: string } {
  const escalation = escalate(file, current + 1, isActive);
  if (escalation.kind === 'no' && !isBreakGlassReview(file.request)) return escalation;
  const { index, step } =
    escalation.kind === 'no' ? { index: current, step: stepOf(file, current) } : escalation;
  const { mayVote, missing } = judgeStep(step, [], isActive);
  const deadline = deadlineOf(step, now);
  const remindAt = firstReminder(step, now, deadline);
  return {
    kind: 'next',
    step: index,
    asked: withStandIns(askedOf(step, mayVote), step, standIns),
    openedAt: now,
    deadline,
    ...(remindAt === undefined ? {} : { remindAt }),
    waitingFor: missing,
  };
}

/**
 * What happens when the time of an approval's step is over: a no, a yes that nobody gave, or the next step that
 * somebody can meet.
 */
export function endStep(approval: Approval, facts: SilenceFacts): StepEnd {
  const { now, policyRevision, isActive, votes } = facts;
  const current = stepOf(approval.file, approval.step);
  const { onSilence, timeout } = current;
  const decided = (
    outcome: Decision['outcome'],
    meaning: string,
    decidedBy: Decision['decidedBy'] = 'timeout',
  ): StepEnd => {
    const reason = `Not decided by people until ${isoTime(approval.deadline ?? now)} (${timeout}); ${meaning}`;
    return {
      kind: 'decided',
      decision: makeDecision({
        ...approval,
        outcome,
        decidedBy,
        votes,
        decidedAt: now,
        explanation: explainDecision(approval, reason, votes),
        policyRevision,
      }),
    };
  };
  switch (onSilence) {
    case 'deny':
      return decided('expired', 'silence means no.');
    case 'approve': {
      const { state, reason } = judgeStep(current, countingIn(votes, approval.step), isActive);
      return state === 'denied'
        ? decided('denied', `silence is no yes where nobody could say no. ${reason}`, 'policy')
        : decided('approved', 'silence means yes.');
    }
    case 'next': {
      const next = nextStep(approval, facts);
      return next.kind === 'no' ? decided('expired', next.why) : next;
    }
  }
}
