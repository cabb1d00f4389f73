import { forbidden, Problem } from '@tollgate/runtime';
import { MAX_OVERRIDES, type OverrideRefusal } from './judge-override.js';

/** Why a guardrail was not overridden, in a sentence or two for the person. */
export const OVERRIDE_FAULTS: Readonly<Record<OverrideRefusal, string>> = {
  closed: 'The request was decided meanwhile, so the guardrail was not overridden.',
  late: 'The time to decide is over, so the guardrail was not overridden.',
  unknown: 'The policy that rules has no such guardrail. Nothing was overridden.',
  'not-overridable': 'Nobody may override this guardrail. Nothing was overridden.',
  'not-entitled': 'You are none of those who may override this guardrail. Nothing was overridden.',
  inactive: 'You are not active in the directory. Nothing was overridden.',
  excluded: 'You have a part in this request, so you may not override a guardrail for it.',
  'sign-in':
    'This request asks to know you more surely, so the guardrail was not overridden. Sign in as surely as it asks for (with a passkey where it asks for one), and override then.',
  'sign-in-old':
    'You signed in too long ago, so the guardrail was not overridden. Sign in again, and override then.',
  'other-content': 'The content is not the one that you looked at. Nothing was overridden.',
  'view-used':
    'A guardrail was overridden from this page already. Look again, and override the next one then.',
  'too-many': `There may be ${MAX_OVERRIDES} overrides on a request, and that many there are.`,
};

const CODE: Readonly<
  Partial<Record<OverrideRefusal, readonly [status: number, type: string, title: string]>>
> = {
  closed: [409, 'too-late', 'The override came too late'],
  late: [409, 'too-late', 'The override came too late'],
  unknown: [404, 'no-guardrail', 'There is no such guardrail'],
  'not-overridable': [403, 'not-overridable', 'Nobody may override this guardrail'],
  'sign-in': [403, 'sign-in', 'A stronger or more recent sign-in is needed'],
  'sign-in-old': [403, 'sign-in', 'A stronger or more recent sign-in is needed'],
  'other-content': [409, 'other-content', 'The content is not the one you saw'],
  'too-many': [429, 'too-many-overrides', 'Too many overrides'],
};

/**
 * The refusal over the API; nothing is on record then.
 * @param recentMs how long ago a sign-in may be where the policy asks for one, in milliseconds
 */
export function overrideProblem(why: OverrideRefusal, recentMs: number): Problem {
  const detail = OVERRIDE_FAULTS[why];
  const known = CODE[why];
  if (known === undefined) return forbidden(detail);
  const [status, type, title] = known;
  // RFC 9470: a bearer token is a sign-in already, so what is stronger is a passkey.
  const wanted = why === 'sign-in' ? 'acr_values="phr phrh"' : `max_age=${Math.floor(recentMs / 1000)}`;
  const challenge = `Bearer error="insufficient_user_authentication", ${wanted}`;
  return new Problem(status, type, title, {
    detail,
    ...(type === 'sign-in' ? { headers: { 'www-authenticate': challenge } } : {}),
  });
}
