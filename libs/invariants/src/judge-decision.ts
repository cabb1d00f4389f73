import {
  type Authentication,
  type DecisionMade,
  type PlanStep,
  type Request,
  type Vote,
} from '@tollgate/contracts';
import { evaluateQuorum, UnknownQuorumError, voiceOf } from '@tollgate/policy';
import { type Finding } from './rule.js';

const SURENESS: readonly Authentication[] = ['link', 'signed-in', 'passkey'];

/** Those who may never decide on a request. */
const interestedIn = ({ requester, owner, onBehalfOf, breakGlass }: Request): ReadonlySet<string> =>
  new Set([requester, owner, ...onBehalfOf, ...(breakGlass === undefined ? [] : [breakGlass.person])]);

function recount(step: PlanStep | undefined, votes: readonly Vote[]): Finding[] {
  if (step === undefined)
    return [{ rule: 'quorum', detail: 'it was decided in a step that the plan has not' }];
  const eligible = new Set(step.approvers.map(({ person }) => person));
  const strangers = votes.filter((vote) => !eligible.has(voiceOf(vote)));
  const found = strangers.map((vote): Finding => ({
    rule: 'quorum',
    detail: `the vote of ${vote.person} counts, who is no approver of the step`,
  }));
  const heard = votes.filter((vote) => eligible.has(voiceOf(vote)));
  try {
    const { state, reason } = evaluateQuorum(step.quorum, step.approvers, heard);
    return state === 'approved'
      ? found
      : [...found, { rule: 'quorum', detail: `recounted, it is ${state}: ${reason}` }];
  } catch (error) {
    if (!(error instanceof UnknownQuorumError)) throw error;
    return [...found, { rule: 'quorum', detail: `the quorum cannot be recounted: ${error.message}` }];
  }
}

function approvalFindings({ request, route, decision }: DecisionMade): Finding[] {
  const { decidedBy, step, votes, deadline, decidedAt } = decision;
  const quorum = (detail: string): Finding[] => [{ rule: 'quorum', detail }];
  const planned = route.plan[step];
  switch (decidedBy) {
    case 'people':
      if (route.decider !== 'people')
        return quorum(`people approved it, and the route says ${route.decider}`);
      return recount(
        planned,
        votes.filter((vote) => vote.counted && vote.step === step),
      );
    case 'automation':
      return route.decider === 'automation'
        ? []
        : quorum(`automation approved it, and the route says ${route.decider}`);
    case 'break-glass':
      return route.decider === 'break-glass' && request.breakGlass !== undefined
        ? []
        : quorum('the glass was broken, and the request or the route does not say so');
    case 'timeout':
      return planned?.onSilence === 'approve' && deadline !== undefined && decidedAt >= deadline
        ? []
        : quorum('silence approved it, and the plan does not say so, or the time was not over');
    default:
      return quorum(`it was approved by ${decidedBy}, who cannot approve`);
  }
}

function voteFindings({ request, route, decision }: DecisionMade, vote: Vote): Finding[] {
  if (!vote.counted) return [];
  const found: Finding[] = [];
  const interested = interestedIn(request);
  for (const person of new Set([vote.person, voiceOf(vote)])) {
    if (interested.has(person))
      found.push({
        rule: 'no-own-vote',
        detail: `${person} has an interest in the request, and a vote that counts`,
      });
  }
  const at = Date.parse(vote.at);
  const isLate =
    vote.step === decision.step && decision.deadline !== undefined && at >= Date.parse(decision.deadline);
  if (isLate || at > Date.parse(decision.decidedAt)) {
    found.push({
      rule: 'votes-in-time',
      detail: `the vote of ${vote.person} counts, cast after the ${isLate ? 'deadline' : 'decision'}`,
    });
  }
  if (SURENESS.indexOf(vote.authentication) < SURENESS.indexOf(route.signIn)) {
    found.push({
      rule: 'signed-in-enough',
      detail: `the vote of ${vote.person} counts, known by ${vote.authentication}, and the route asks for ${route.signIn}`,
    });
  }
  return found;
}

/** What is wrong with a decision, by itself: recounts its votes. */
export function judgeDecision(data: DecisionMade): Finding[] {
  return [
    ...data.decision.votes.flatMap((vote) => voteFindings(data, vote)),
    ...(data.decision.outcome === 'approved' ? approvalFindings(data) : []),
  ];
}
