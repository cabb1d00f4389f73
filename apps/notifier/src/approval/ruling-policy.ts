import { TransientError } from '@tollgate/messaging';
import { type CompiledPolicy } from '@tollgate/policy';
import { type PolicyRevisions } from '@tollgate/runtime';

const NONE_RULES = 'no policy revision rules yet';

/** The policy as it rules now; its directory says who is who, and who is active. */
export interface RulingPolicy {
  readonly revision: number;
  readonly policy: CompiledPolicy;
}

/** Where the policy is asked for. */
export type PolicySource = Pick<PolicyRevisions<CompiledPolicy>, 'current' | 'get'>;

/**
 * The policy that rules at this moment. Whoever decides about a row asks once its lock is granted: a person who was
 * deactivated meanwhile is not active then.
 * @param known what ruled a moment ago
 */
export const rulingNow = (source: PolicySource, known: RulingPolicy): RulingPolicy =>
  source.current() ?? known;

/**
 * The ruling policy, at least as new as what has been stamped on a request already.
 * @param atLeast a revision that ruled before
 * @throws TransientError while no policy rules
 * @throws PermanentError where no such revision was ever published
 */
export async function rulingPolicy(source: PolicySource, atLeast: number): Promise<RulingPolicy> {
  const known = source.current();
  if (known !== undefined && known.revision >= atLeast) return known;
  try {
    await source.get(atLeast);
  } catch (error) {
    // On the very first start the services may be there before the first revision is.
    if (source.current() === undefined) throw new TransientError(NONE_RULES);
    throw error;
  }
  const current = source.current();
  if (current === undefined) throw new TransientError(NONE_RULES);
  return current;
}
