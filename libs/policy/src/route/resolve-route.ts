import { type PlanStep, type Request, type Route, type RouteRisk, type SignIn } from '@tollgate/contracts';
import {
  type CompiledCheckpoint,
  type CompiledClock,
  type CompiledDecide,
  type CompiledPolicy,
} from '../compile/compiled-policy.js';
import { type Facts, factsOf } from '../conditions/facts.js';
import { preflight } from '../guardrail/preflight.js';
import { effectiveRisk } from '../matrix/risk.js';
import { explainRoute, type RouteStory } from './explain-route.js';
import { matchLine } from './match-line.js';
import { involvementIn, whoMayVote } from './who-may-vote.js';

/** What a line makes of a request: the decider, the plan, and how it came about. */
interface Ruling {
  readonly rule: string;
  readonly decider: Route['decider'];
  readonly plan: PlanStep[];
  readonly story: RouteStory;
  readonly validity: string;
  /** What the line itself asks for. */
  readonly signIn?: SignIn;
}

const denied = (compiled: CompiledPolicy, rule: string, story: RouteStory): Ruling => ({
  rule,
  decider: 'deny',
  plan: [],
  story,
  validity: compiled.releaseValidity,
});

type Chosen = { readonly checkpoint: CompiledCheckpoint } | { readonly name: string; readonly fault: string };

function chooseCheckpoint(checkpoints: readonly CompiledCheckpoint[], facts: Facts): Chosen {
  for (const checkpoint of checkpoints) {
    const verdict = checkpoint.when?.evaluate(facts) ?? true;
    if (verdict === true) return { checkpoint };
    if (verdict !== false) return { name: checkpoint.name, fault: verdict.fault };
  }
  throw new Error('the last checkpoint of a line has no condition');
}

const termsOf = ({
  timeout,
  reminders,
  onSilence,
  workingTime,
  reasonFor,
  pauseForAnswer,
}: CompiledClock) => ({
  timeout,
  reminders: [...reminders],
  onSilence,
  ...(workingTime === undefined ? {} : { workingTime }),
  ...(reasonFor.length === 0 ? {} : { reasonFor: [...reasonFor] }),
  ...(pauseForAnswer === undefined ? {} : { pauseForAnswer }),
});

function askPeople(
  compiled: CompiledPolicy,
  rule: string,
  { electorate, checkpoints }: CompiledDecide & { kind: 'people' },
  request: Request,
  facts: Facts,
): Ruling {
  const chosen = chooseCheckpoint(checkpoints, facts);
  if (!('checkpoint' in chosen)) {
    const what = `checkpoint ${chosen.name}`;
    return denied(compiled, rule, { kind: 'unclear', rule, what, fault: chosen.fault });
  }
  const { clock, escalation, validity } = chosen.checkpoint;
  const involvement = involvementIn(compiled, request);
  const { quorum } = electorate;
  const first = whoMayVote(electorate, involvement);
  const { approvers, excluded } = first;
  const plan: PlanStep[] = [
    { quorum, approvers, excluded, ...termsOf(clock) },
    ...escalation.map((step): PlanStep => {
      const next = whoMayVote(step.electorate, involvement);
      return {
        quorum: step.electorate.quorum,
        approvers: next.approvers,
        excluded: next.excluded,
        ...termsOf(step),
      };
    }),
  ];
  if (first.canBeMet)
    return { rule, decider: 'people', plan, validity, story: { kind: 'people', rule, quorum, approvers } };
  const story: RouteStory =
    approvers.length === 0
      ? { kind: 'nobody', rule, quorum, excluded }
      : { kind: 'too-few', rule, quorum, approvers, excluded };
  return { rule, decider: 'deny', plan, validity, story };
}

function rule(compiled: CompiledPolicy, request: Request, facts: Facts): Ruling {
  const match = matchLine(compiled, request, facts);
  if (match.kind === 'none') return denied(compiled, 'none', { kind: 'no-line' });
  const { line } = match;
  if (match.kind === 'unclear')
    return denied(compiled, line.rule, {
      kind: 'unclear',
      rule: line.rule,
      what: 'its condition',
      fault: match.fault,
    });
  const { decide } = line;
  if (decide.kind === 'people') {
    const ruling = askPeople(compiled, line.rule, decide, request, facts);
    return line.signIn === undefined ? ruling : { ...ruling, signIn: line.signIn };
  }
  return {
    rule: line.rule,
    decider: decide.kind,
    plan: [],
    story: { kind: decide.kind, rule: line.rule },
    validity: compiled.releaseValidity,
  };
}

/** The effective risk of a request, and the request and what conditions see of it at that risk. */
export function atEffectiveRisk(
  compiled: CompiledPolicy,
  request: Request,
): {
  readonly risk: RouteRisk;
  readonly unknown: readonly string[];
  readonly request: Request;
  readonly facts: Facts;
} {
  const facts = factsOf(request);
  const { risk, unknown } = effectiveRisk(compiled.risk, request.riskLevel, facts);
  return {
    risk,
    unknown,
    request: risk.effective === request.riskLevel ? request : { ...request, riskLevel: risk.effective },
    facts: facts.atRisk(risk.effective),
  };
}

/**
 * Who decides a request: the first line of the matrix that matches at the effective risk, resolved to people, with
 * everybody who is asked in turn when they stay silent. No line, a condition that cannot be evaluated, or a quorum that
 * those who are left can never meet → denied; then the plan still shows who was excluded and why.
 *
 * How surely those who decide must be known (`signIn`) is what the line says, or else what the policy says of the
 * effective risk.
 * @param compiled the revision stamped on the request
 */
export function resolveRoute(compiled: CompiledPolicy, request: Request): Route {
  const { risk, unknown, request: effective, facts } = atEffectiveRisk(compiled, request);
  const ruling = rule(compiled, effective, facts);
  return {
    rule: ruling.rule,
    riskLevel: risk,
    decider: ruling.decider,
    plan: ruling.plan,
    signIn: ruling.signIn ?? compiled.signIn[risk.effective],
    releaseValidity: ruling.validity,
    preflight: preflight(compiled, request),
    explanation: explainRoute(ruling.story, { ...effective, risk, unknown }),
  };
}
