import { type PlanStep, type Request, type Route } from '@tollgate/contracts';
import { type CompiledLine, type CompiledPolicy } from '../compile/compiled-policy.js';
import { preflight } from '../guardrail/preflight.js';
import { explainRoute, type RouteStory } from './explain-route.js';
import { matchLine } from './match-line.js';
import { whoMayVote } from './who-may-vote.js';

/** What a line makes of a request: the decider, the plan, and how it came about. */
interface Ruling {
  readonly decider: Route['decider'];
  readonly plan: PlanStep[];
  readonly story: RouteStory;
}

function rule(compiled: CompiledPolicy, line: CompiledLine | undefined, request: Request): Ruling {
  if (line === undefined) return { decider: 'deny', plan: [], story: { kind: 'no-line' } };
  const { decide, checkpoint } = line;
  if (decide.kind !== 'people')
    return { decider: decide.kind, plan: [], story: { kind: decide.kind, rule: line.rule } };
  const { quorum } = decide;
  const { approvers, excluded } = whoMayVote(compiled, quorum, request);
  const plan = [
    {
      quorum,
      approvers,
      excluded,
      timeout: checkpoint.timeout,
      reminders: [...checkpoint.reminders],
      onSilence: checkpoint.onSilence,
    },
  ];
  return approvers.length === 0
    ? { decider: 'deny', plan, story: { kind: 'nobody', rule: line.rule, quorum, excluded } }
    : { decider: 'people', plan, story: { kind: 'people', rule: line.rule, quorum, approvers } };
}

/**
 * Who decides a request: the first line of the matrix that matches, resolved to people. No line, or nobody left who may
 * decide → denied; then the plan still shows who was excluded and why.
 *
 * `signIn` is `link` at every risk for now: the links in mails and the bearer tokens of the API are the only ways to
 * vote that there are.
 * @param compiled the revision stamped on the request
 */
export function resolveRoute(compiled: CompiledPolicy, request: Request): Route {
  const line = matchLine(compiled, request);
  const { decider, plan, story } = rule(compiled, line, request);
  return {
    rule: line?.rule ?? 'none',
    riskLevel: { claimed: request.riskLevel, effective: request.riskLevel },
    decider,
    plan,
    signIn: 'link',
    releaseValidity: compiled.releaseValidity,
    preflight: preflight(compiled, request),
    explanation: explainRoute(story, request),
  };
}
