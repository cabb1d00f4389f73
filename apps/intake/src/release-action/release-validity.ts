import { PermanentError } from '@tollgate/messaging';
import { durationMs } from '@tollgate/policy';

/** Different durations remembered at most; a policy knows a handful. */
const MAX_REMEMBERED = 100;
const remembered = new Map<string, number>();

/**
 * For how long a release may be used, in milliseconds.
 * @param duration ISO 8601, as the route says it
 * @throws PermanentError for what is no duration
 */
export function releaseValidityMs(duration: string): number {
  const known = remembered.get(duration);
  if (known !== undefined) return known;
  const milliseconds = durationMs(duration);
  if (milliseconds === undefined)
    throw new PermanentError('route.releaseValidity is no duration (ISO 8601) of at most 366 days');
  if (remembered.size < MAX_REMEMBERED) remembered.set(duration, milliseconds);
  return milliseconds;
}
