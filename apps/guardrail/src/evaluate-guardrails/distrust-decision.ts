import { contentHash, type DecisionMade, iJsonFault, SIGN_INS } from '@tollgate/contracts';
import { canBeMet, evaluateQuorum, voiceOf } from '@tollgate/policy';

const NOT_REACHED = 'it is approved in a step that the plan does not lead to';

/** A step is reached only by the silence of all those before it. */
const isReached = ({ route, decision }: DecisionMade): boolean =>
  route.plan.slice(0, decision.step).every(({ onSilence }) => onSilence === 'next');

/** Why the counted votes are no approval by people; undefined where they are one. */
function distrustVotes(data: DecisionMade): string | undefined {
  const { route, decision } = data;
  const step = route.plan[decision.step];
  if (step === undefined) return 'it is approved in a step that the route does not have';
  if (!isReached(data)) return NOT_REACHED;
  const counted = decision.votes.filter((vote) => vote.counted && vote.step === decision.step);
  const approvers = new Set(step.approvers.map(({ person }) => person));
  if (counted.some((vote) => !approvers.has(voiceOf(vote)))) {
    return 'a vote is counted whose voter is no approver of the step';
  }
  if (new Set(counted.map(({ person }) => person)).size < counted.length)
    return 'two votes of one person are counted';
  if (new Set(counted.map(voiceOf)).size < counted.length) return 'two votes for one person are counted';
  const sure = SIGN_INS.indexOf(route.signIn);
  if (counted.some(({ authentication }) => SIGN_INS.indexOf(authentication) < sure))
    return `a vote is counted whose voter was not known as surely as the route asks for (${route.signIn})`;
  return evaluateQuorum(step.quorum, step.approvers, counted).state === 'approved'
    ? undefined
    : 'it is approved by people, but the counted votes do not meet the quorum';
}

/** Why an approval by silence is none; undefined where the plan says so. */
function distrustSilence(data: DecisionMade): string | undefined {
  const { route, decision } = data;
  const step = route.plan[decision.step];
  if (route.decider !== 'people' || step?.onSilence !== 'approve')
    return 'it is approved by silence, but the route does not say so';
  if (!isReached(data)) return NOT_REACHED;
  return canBeMet(step.quorum, step.approvers)
    ? undefined
    : 'it is approved by the silence of a step in which nobody could decide';
}

/**
 * What in an event contradicts itself, as far as that can be told from the event alone: the gate trusts nothing that
 * it can recompute. Whether somebody was let to vote for another, the event alone cannot tell: see `distrustDelegations`.
 * @returns for people, without any of the content; undefined where nothing does
 * @throws UnknownQuorumError for a quorum that this version does not know
 */
export function distrustDecision(data: DecisionMade): string | undefined {
  const { request, route, decision } = data;
  // What is no I-JSON has no hash, and no door accepts it.
  if (iJsonFault([request.target, request.parameters]) !== undefined)
    return 'the content is not what a door accepts';
  if (contentHash(request) !== request.contentHash) return 'the content is not what its hash says';
  if (decision.outcome !== 'approved') return undefined;
  switch (decision.decidedBy) {
    case 'people':
      return route.decider === 'people'
        ? distrustVotes(data)
        : 'it is approved by people, but the route asks nobody';
    case 'automation':
      return route.decider === 'automation'
        ? undefined
        : 'it is approved by automation, but the route does not say so';
    case 'timeout':
      return distrustSilence(data);
    case 'break-glass':
      return route.decider === 'break-glass'
        ? undefined
        : 'it is approved by break-glass, but the route does not say so';
    case 'requester':
    case 'policy':
      return `it is approved by the ${decision.decidedBy}, which never approves`;
  }
}
