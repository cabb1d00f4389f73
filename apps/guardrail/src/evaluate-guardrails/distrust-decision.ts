import { contentHash, type DecisionMade, iJsonFault } from '@tollgate/contracts';
import { evaluateQuorum } from '@tollgate/policy';

/** Why the counted votes are no approval by people; undefined where they are one. */
function distrustVotes({ route, decision }: DecisionMade): string | undefined {
  const step = route.plan[decision.step];
  if (step === undefined) return 'it is approved in a step that the route does not have';
  const counted = decision.votes.filter((vote) => vote.counted && vote.step === decision.step);
  const approvers = new Set(step.approvers.map(({ person }) => person));
  if (counted.some(({ person, onBehalfOf }) => !approvers.has(person) || onBehalfOf !== undefined)) {
    return 'a vote is counted whose voter is no approver of the step';
  }
  return evaluateQuorum(step.quorum, step.approvers, counted).state === 'approved'
    ? undefined
    : 'it is approved by people, but the counted votes do not meet the quorum';
}

/**
 * What in an event contradicts itself, as far as that can be told from the event alone: the gate trusts nothing that
 * it can recompute.
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
      return route.decider === 'people' && route.plan[decision.step]?.onSilence === 'approve'
        ? undefined
        : 'it is approved by silence, but the route does not say so';
    case 'break-glass':
      return route.decider === 'break-glass'
        ? undefined
        : 'it is approved by break-glass, but the route does not say so';
    case 'requester':
    case 'policy':
      return `it is approved by the ${decision.decidedBy}, which never approves`;
  }
}
