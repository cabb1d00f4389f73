import { type Authentication, type Override } from '@tollgate/contracts';
import { type CompiledPolicy, isActive, overrideObstacle } from '@tollgate/policy';
import { type Approval, type Instant, isoTime } from '../approval/approval.js';
import { SIGN_IN_RECENT_MS, signInObstacle } from '../cast-vote/sign-in-obstacle.js';

/** That a guardrail must not stand in the way of a request, and why. */
export interface NewOverride {
  readonly requestId: string;
  /** The id of the guardrail. */
  readonly guardrail: string;
  readonly person: string;
  readonly justification: string;
  readonly authentication: Authentication;
  /** Of the sign-in behind `authentication`; a link has none. */
  readonly signedInAt?: Instant;
  /** The hash of what was looked at, where it is said. */
  readonly contentHash?: string;
  /** The hash of the one-time value of the page view by which it comes. */
  readonly view?: string;
}

/** Why a guardrail is not overridden; nothing goes on record then. */
export type OverrideRefusal =
  | 'closed'
  | 'late'
  | 'unknown'
  | 'not-overridable'
  | 'not-entitled'
  | 'inactive'
  | 'excluded'
  | 'sign-in'
  | 'sign-in-old'
  | 'other-content'
  | 'view-used'
  | 'too-many';

/** What becomes of it. */
export type OverrideJudgement =
  | { readonly kind: 'overridden'; readonly override: Override }
  /** It is overridden already, by somebody whose word holds: nothing new goes on record. */
  | { readonly kind: 'repeated'; readonly override: Override }
  | { readonly kind: 'refused'; readonly why: OverrideRefusal };

/** The most overrides on a request: a decision lists them all, and has to fit into a record. */
export const MAX_OVERRIDES = 50;

/** What it is judged by. */
export interface OverrideFacts {
  readonly now: Instant;
  /** The revision that rules. */
  readonly policy: CompiledPolicy;
  /** Whether the page view was used for an override already. */
  readonly viewIsUsed: boolean;
  /** How long ago a sign-in may be where the policy asks for one, in milliseconds; default `SIGN_IN_RECENT_MS`. */
  readonly recentMs?: number;
}

/**
 * Judges an override of a guardrail, by the rule of the gate: somebody active whom the guardrail names, who has no part in
 * the request, known as surely as its route asks for, with a justification, before the decision.
 */
export function judgeOverride(
  approval: Approval,
  given: NewOverride,
  { now, policy, viewIsUsed, recentMs = SIGN_IN_RECENT_MS }: OverrideFacts,
): OverrideJudgement {
  const refused = (why: OverrideRefusal): OverrideJudgement => ({ kind: 'refused', why });
  const { guardrail, person, justification, authentication } = given;
  const { request, route } = approval.file;
  const { overrides = [] } = approval;
  const rule = policy.guardrails.find(({ id }) => id === guardrail);
  if (rule === undefined) return refused('unknown');
  if (rule.strength !== 'overridable') return refused('not-overridable');
  const held = { compiled: policy, request, route };
  // Apart from how they are known and what they say, which have words of their own.
  const entitled = { person, justification: 'as said', authentication: 'passkey' } as const;
  if (!isActive(policy, person)) return refused('inactive');
  if (overrideObstacle({ ...rule, overridableBy: [`person:${person}`] }, entitled, held) !== undefined)
    return refused('excluded');
  if (overrideObstacle(rule, entitled, held) !== undefined) return refused('not-entitled');
  if (given.contentHash !== undefined && given.contentHash !== request.contentHash)
    return refused('other-content');
  const standing = overrides.find(
    (one) => one.guardrail === guardrail && overrideObstacle(rule, one, held) === undefined,
  );
  if (standing !== undefined) return { kind: 'repeated', override: standing };
  if (approval.status === 'closed') return refused('closed');
  if (approval.deadline === undefined || now >= approval.deadline) return refused('late');
  const unsure = signInObstacle(route.signIn, given, now, recentMs);
  if (unsure !== undefined) return refused(unsure);
  if (viewIsUsed) return refused('view-used');
  if (overrides.length >= MAX_OVERRIDES) return refused('too-many');
  return {
    kind: 'overridden',
    override: { guardrail, person, justification, at: isoTime(now), authentication },
  };
}
