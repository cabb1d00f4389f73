import { type DecisionMade, type PlanStep, SIGN_INS, type Vote } from '@tollgate/contracts';
import {
  canBeMet,
  durationMs,
  evaluateQuorum,
  instantAfter,
  lacksReason,
  UnknownQuorumError,
  voiceOf,
} from '@tollgate/policy';
import { type Distrust } from './distrust.js';

const NOT_REACHED: Distrust = {
  why: 'step',
  detail: 'it is approved in a step that the plan does not lead to',
};

/** A step is reached only by the silence of all those before it. */
const isReached = ({ route, decision }: DecisionMade): boolean =>
  route.plan.slice(0, decision.step).every(({ onSilence }) => onSilence === 'next');

/** Why a counted vote was not cast while its step asked for it; undefined where it was. */
function distrustTime(
  { at }: Vote,
  { openedAt, deadline, decidedAt }: DecisionMade['decision'],
): string | undefined {
  const cast = Date.parse(at);
  if (deadline === undefined) return 'votes are counted, and there was no deadline for them';
  if (cast < Date.parse(openedAt)) return 'a vote is counted that was cast before anybody was asked';
  if (cast >= Date.parse(deadline)) return 'a vote is counted that was cast after the deadline';
  return cast > Date.parse(decidedAt) ? 'a vote is counted that was cast after the decision' : undefined;
}

/** What is wrong with one counted vote by itself. */
function distrustVote(
  vote: Vote,
  step: PlanStep,
  approvers: ReadonlySet<string>,
  { route, decision }: DecisionMade,
): Distrust | undefined {
  if (vote.step !== decision.step)
    return { why: 'step', detail: 'a vote is counted that was cast in another step' };
  if (!approvers.has(voiceOf(vote)))
    return { why: 'voter', detail: 'a vote is counted whose voter is no approver of the step' };
  if (SIGN_INS.indexOf(vote.authentication) < SIGN_INS.indexOf(route.signIn))
    return {
      why: 'sign-in',
      detail: `a vote is counted whose voter was not known as surely as the route asks for (${route.signIn})`,
    };
  const untimely = distrustTime(vote, decision);
  if (untimely !== undefined) return { why: 'time', detail: untimely };
  return lacksReason(step, vote)
    ? {
        why: 'reason',
        detail: `a vote is counted without the reason that its step asks for (${vote.verdict})`,
      }
    : undefined;
}

/** Why the counted votes are no approval by people; undefined where they are one. */
function distrustVotes(data: DecisionMade): Distrust | undefined {
  const { route, decision } = data;
  const step = route.plan[decision.step];
  if (step === undefined)
    return { why: 'step', detail: 'it is approved in a step that the route does not have' };
  if (!isReached(data)) return NOT_REACHED;
  const counted = decision.votes.filter((vote) => vote.counted);
  const approvers = new Set(step.approvers.map(({ person }) => person));
  for (const vote of counted) {
    const distrust = distrustVote(vote, step, approvers, data);
    if (distrust !== undefined) return distrust;
  }
  if (new Set(counted.map(({ person }) => person)).size < counted.length)
    return { why: 'twice', detail: 'two votes of one person are counted' };
  if (new Set(counted.map(voiceOf)).size < counted.length)
    return { why: 'twice', detail: 'two votes for one person are counted' };
  return evaluateQuorum(step.quorum, step.approvers, counted).state === 'approved'
    ? undefined
    : { why: 'quorum', detail: 'it is approved by people, but the counted votes do not meet the quorum' };
}

/** The earliest deadline of a step: it may have begun later than the first, and its clock may have stood. */
function earliestDeadline({ timeout, workingTime }: PlanStep, openedAt: string): number {
  const length = durationMs(timeout);
  return length === undefined ? Infinity : instantAfter(Date.parse(openedAt), length, workingTime);
}

/** Why an approval by silence is none; undefined where the plan says so. */
function distrustSilence(data: DecisionMade): Distrust | undefined {
  const { route, decision } = data;
  const step = route.plan[decision.step];
  if (route.decider !== 'people' || step?.onSilence !== 'approve')
    return { why: 'decider', detail: 'it is approved by silence, but the route does not say so' };
  if (!isReached(data)) return NOT_REACHED;
  const { openedAt, deadline, decidedAt } = decision;
  const until = deadline === undefined ? NaN : Date.parse(deadline);
  // Not the other way round: an instant that is none compares false.
  if (!(until >= earliestDeadline(step, openedAt)) || !(Date.parse(decidedAt) >= until))
    return { why: 'time', detail: 'it is approved by silence before the time for an answer was over' };
  return canBeMet(step.quorum, step.approvers)
    ? undefined
    : {
        why: 'quorum',
        detail: 'it is approved by the silence of a step in which nobody could decide',
      };
}

const notBy = (whom: string, otherwise = 'the route does not say so'): Distrust => ({
  why: 'decider',
  detail: `it is approved by ${whom}, but ${otherwise}`,
});

function distrustDecider(data: DecisionMade): Distrust | undefined {
  const { route, decision } = data;
  switch (decision.decidedBy) {
    case 'people':
      return route.decider === 'people' ? distrustVotes(data) : notBy('people', 'the route asks nobody');
    case 'automation':
      return route.decider === 'automation' ? undefined : notBy('automation');
    case 'timeout':
      return distrustSilence(data);
    case 'break-glass':
      return route.decider === 'break-glass' ? undefined : notBy('break-glass');
    case 'requester':
    case 'policy':
      return { why: 'decider', detail: `it is approved by the ${decision.decidedBy}, which never approves` };
  }
}

/**
 * Why an approval does not follow from its route and its votes, as far as the event alone tells. Whether the route is the
 * right one, see `distrustRoute`, which comes first; whether its voters could vote, `distrustVoters`; whether somebody was
 * let to vote for another, `distrustDelegations`. What is not approved lets nothing through, and is trusted.
 * @returns undefined where it does
 */
export function distrustDecision(data: DecisionMade): Distrust | undefined {
  if (data.decision.outcome !== 'approved') return undefined;
  try {
    return distrustDecider(data);
  } catch (error) {
    if (error instanceof UnknownQuorumError) return { why: 'quorum', detail: error.message };
    throw error;
  }
}
