import { type Authentication, type SignIn, SIGN_INS } from '@tollgate/contracts';
import { type Instant } from '../approval/approval.js';

/** How long ago a recent sign-in may be unless the settings say otherwise: one hour. */
export const SIGN_IN_RECENT_MS = 60 * 60 * 1000;

/** How a person was known when they said something. */
export interface KnownBy {
  readonly authentication: Authentication;
  /** Of the sign-in behind `authentication`; a link has none. */
  readonly signedInAt?: Instant;
}

/**
 * What hinders somebody to decide where the policy asks for so sure a sign-in; link < signed-in < passkey.
 * @param recentMs how long ago a sign-in may be, in milliseconds
 * @returns `sign-in` for a weaker one, `sign-in-old` for one that is too long ago or of an unknown time
 */
export function signInObstacle(
  wanted: SignIn,
  { authentication, signedInAt }: KnownBy,
  now: Instant,
  recentMs: number,
): 'sign-in' | 'sign-in-old' | undefined {
  if (wanted === 'link') return undefined;
  if (SIGN_INS.indexOf(authentication) < SIGN_INS.indexOf(wanted)) return 'sign-in';
  return signedInAt === undefined || now - signedInAt > recentMs ? 'sign-in-old' : undefined;
}
