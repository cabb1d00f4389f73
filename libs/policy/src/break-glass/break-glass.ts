import { type BreakGlass, type Request, type RiskLevel, SIGN_INS } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { type Facts } from '../conditions/facts.js';
import { SIGN_IN_WORDS, signInRank } from '../route/sign-in-of.js';
import { involvementIn, whoMayVote } from '../route/who-may-vote.js';
import { involvedInReview } from './break-glass-review.js';
import { type CompiledBreakGlass } from './compiled-break-glass.js';

/** Whether somebody may break the glass for a request: by which rule, or why not. */
export type Entitlement =
  | { readonly ok: true; readonly rule: CompiledBreakGlass }
  | {
      readonly ok: false;
      /** For people, like `alice is none of those who may`. */
      readonly why: string;
    };

const isFor = (
  { actions, riskLevels, environments }: CompiledBreakGlass,
  { action, environment }: Request,
  risk: RiskLevel,
): boolean =>
  (actions?.has(action) ?? true) &&
  (riskLevels?.has(risk) ?? true) &&
  (environments?.has(environment) ?? true);

/** Why a rule that is for the request does not let this person; undefined where it does. */
function obstacle(
  compiled: CompiledPolicy,
  rule: CompiledBreakGlass,
  request: Request,
  { person, authentication, justification }: BreakGlass,
  facts: Facts,
): string | undefined {
  if (!rule.who.some((selector) => compiled.people.get(selector)?.includes(person)))
    return `${person} is none of those who may by ${rule.id}`;
  if (!compiled.activePeople.has(person)) return `${person} is not active`;
  const holds = rule.when?.evaluate(facts) ?? true;
  if (holds === false) return `the condition of ${rule.id} does not hold`;
  if (holds !== true) return `the condition of ${rule.id} could not be evaluated (${holds.fault})`;
  // What is no known way to sign in has the rank -1.
  if (SIGN_INS.findIndex((one) => one === authentication) < signInRank(rule.signIn))
    return `${rule.id} asks for ${SIGN_IN_WORDS[rule.signIn]}`;
  if (justification.trim() === '') return 'no justification is given';
  const { electorate } = rule.review;
  return whoMayVote(electorate, involvementIn(compiled, involvedInReview(request, person))).canBeMet
    ? undefined
    : `nobody would be left to review it by ${rule.id}`;
}

/**
 * Whether the person who asks for it may break the glass: the first rule that lets them. That they own the credential that
 * asks is no obstacle: it is their emergency, and on record.
 * @param request with `riskLevel` as claimed
 * @param risk the effective one
 * @param facts at the effective risk
 */
export function entitlementOf(
  compiled: CompiledPolicy,
  request: Request,
  glass: BreakGlass,
  risk: RiskLevel,
  facts: Facts,
): Entitlement {
  const rules = compiled.breakGlass.filter((rule) => isFor(rule, request, risk));
  let why: string | undefined;
  for (const rule of rules) {
    const found = obstacle(compiled, rule, request, glass, facts);
    if (found === undefined) return { ok: true, rule };
    why ??= found;
  }
  return { ok: false, why: why ?? 'no rule of the policy lets anybody' };
}
