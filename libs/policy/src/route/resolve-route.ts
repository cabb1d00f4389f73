import {
  MAX_QUESTIONS,
  type PreflightResult,
  type Request,
  type Route,
  type RouteRisk,
} from '@tollgate/contracts';
import { entitlementOf } from '../break-glass/break-glass.js';
import { isBreakGlassReview } from '../break-glass/break-glass-review.js';
import { reviewRuling } from '../break-glass/review-ruling.js';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { type Facts, factsOf } from '../conditions/facts.js';
import { durationMs } from '../document/duration.js';
import { foresee, type Foreseen, preflight, signOffsIn, surelyBlocked } from '../guardrail/preflight.js';
import { effectiveRisk } from '../matrix/risk.js';
import { instantAfter } from '../working-time/instant-after.js';
import { askPeople } from './ask-people.js';
import { explainRoute } from './explain-route.js';
import { matchLine } from './match-line.js';
import { denied, type Ruling } from './ruling.js';

/** By the line that matches, if no guardrail is sure to block what it would let go on. */
function rule(
  compiled: CompiledPolicy,
  request: Request,
  facts: Facts,
  foreseen: readonly Foreseen[],
): Ruling {
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
  const { decide, signIn, executor } = line;
  const named = line.rule;
  const signOffs = signOffsIn(foreseen);
  const peopleAreAsked = decide.kind === 'people' || signOffs.length > 0;
  const blocked = decide.kind === 'deny' ? undefined : surelyBlocked(foreseen, peopleAreAsked);
  if (blocked !== undefined)
    return denied(compiled, named, {
      kind: 'forbidden',
      rule: named,
      guardrail: blocked.rule.id,
      why: blocked.reason,
    });
  if (decide.kind === 'deny' || !peopleAreAsked)
    return {
      rule: named,
      decider: decide.kind === 'deny' ? 'deny' : 'automation',
      plan: [],
      story: { kind: decide.kind === 'deny' ? 'deny' : 'automation', rule: named },
      validity: compiled.releaseValidity,
      ...(executor === undefined ? {} : { executor }),
    };
  const asking =
    decide.kind === 'people'
      ? { rule: named, electorate: decide.electorate, checkpoints: decide.checkpoints, signOffs }
      : { rule: named, electorate: undefined, checkpoints: [compiled.defaultCheckpoint], signOffs };
  return {
    ...askPeople(compiled, asking, request, facts),
    ...(signIn === undefined ? {} : { signIn }),
    ...(executor === undefined ? {} : { executor }),
  };
}

/**
 * Where the requester wants to break the glass: nobody is waited for, if they may. Whom it would have asked stays in the plan. A
 * sign-off is never skipped, nor what only an override lets past: then people are asked, as without.
 */
function withBrokenGlass(
  compiled: CompiledPolicy,
  request: Request,
  facts: Facts,
  foreseen: readonly Foreseen[],
  ruling: Ruling,
): Ruling {
  const { breakGlass: glass, riskLevel } = request;
  if (glass === undefined || ruling.decider !== 'people') return ruling;
  const asked = ruling.story;
  const ordinary = (why: string): Ruling => ({
    ...ruling,
    story: { kind: 'unbroken', asked, person: glass.person, why },
  });
  const [signOff] = signOffsIn(foreseen);
  if (signOff !== undefined) return ordinary(`the sign-off that ${signOff.id} asks for is never skipped`);
  const blocked = surelyBlocked(foreseen, false);
  if (blocked !== undefined) return ordinary(`${blocked.rule.id} blocks it unless it is overridden`);
  const entitlement = entitlementOf(compiled, request, glass, riskLevel, facts);
  if (!entitlement.ok) return ordinary(entitlement.why);
  const by = entitlement.rule.id;
  return {
    ...ruling,
    decider: 'break-glass',
    breakGlass: by,
    story: { kind: 'break-glass', asked, person: glass.person, by },
  };
}

/** The longest that is looked ahead for windows, in milliseconds. */
const LOOK_AHEAD_MS = 366 * 24 * 60 * 60 * 1000;

/** Until when a request may be decided and its release used: every step takes its time, with every pause. */
function lastUse(submittedAt: number, { plan, validity }: Ruling): number {
  const latest = submittedAt + LOOK_AHEAD_MS;
  let at = submittedAt;
  for (const { timeout, pauseForAnswer, workingTime } of plan) {
    const pauses = pauseForAnswer === undefined ? 0 : MAX_QUESTIONS * (durationMs(pauseForAnswer) ?? 0);
    at = instantAfter(at, (durationMs(timeout) ?? 0) + pauses, workingTime);
    if (at >= latest) return latest;
  }
  return Math.min(latest, at + (durationMs(validity) ?? 0));
}

/** What people are shown of the guardrails; how long it may take is looked at only where a window asks. */
function shownBeforehand(foreseen: readonly Foreseen[], request: Request, ruling: Ruling): PreflightResult[] {
  const from = Date.parse(request.submittedAt);
  const timed = foreseen.some(({ rule, says }) => rule.kind === 'window' && says === 'open');
  return preflight(foreseen, from, timed ? lastUse(from, ruling) : from);
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
 * those who are left can never meet → denied; then the plan still shows who was excluded and why. What a guardrail is
 * sure to block is denied before anybody is asked, unless the guardrail says otherwise; a sign-off joins each step, also
 * where automation would decide.
 *
 * How surely those who decide must be known (`signIn`) is what the line says, or else what the policy says of the
 * effective risk.
 *
 * Whoever breaks the glass, and may, has it decided at once where people would be asked (`break-glass`; docs/design/break-glass.md);
 * who may not is told why, and people are asked. A review of that is decided by those whom the rule names.
 * @param compiled the revision stamped on the request
 */
export function resolveRoute(compiled: CompiledPolicy, request: Request): Route {
  const { risk, unknown, request: effective, facts } = atEffectiveRisk(compiled, request);
  // A review lets nothing go on that a guardrail could forbid.
  const isReview = isBreakGlassReview(request);
  const foreseen = isReview ? [] : foresee(compiled, request, risk.effective);
  const ruling = isReview
    ? reviewRuling(compiled, effective, facts)
    : withBrokenGlass(compiled, effective, facts, foreseen, rule(compiled, effective, facts, foreseen));
  return {
    rule: ruling.rule,
    riskLevel: risk,
    decider: ruling.decider,
    plan: ruling.plan,
    signIn: ruling.signIn ?? compiled.signIn[risk.effective],
    releaseValidity: ruling.validity,
    ...(ruling.executor === undefined || ruling.decider === 'deny' ? {} : { executor: ruling.executor }),
    ...(ruling.breakGlass === undefined ? {} : { breakGlass: ruling.breakGlass }),
    preflight: shownBeforehand(foreseen, request, ruling),
    explanation: explainRoute(ruling.story, { ...effective, risk, unknown }),
  };
}
