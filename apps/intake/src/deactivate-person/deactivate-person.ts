import { type OutboxRelay } from '@tollgate/messaging';
import { type CheckPolicy, textsOf } from '../policy-check/check-policy.js';
import { type PolicyJobs } from '../policy-check/policy-jobs.js';
import { lockPolicy, type PolicyRevision, publishRevision } from '../publish-policy/policy-revision.js';

/** Who is to be deactivated, by whom, why. */
export interface Deactivation {
  readonly person: string;
  readonly operator: string;
  readonly reason: string;
}

/** What came of it; `revision`: the one that says so. */
export type Deactivated =
  | { readonly kind: 'unknown-person' }
  | { readonly kind: 'inactive-already' | 'deactivated'; readonly revision: number };

/** What it works with. */
export interface DeactivationParts {
  readonly relay: OutboxRelay;
  readonly checkPolicy: CheckPolicy;
  readonly jobs: PolicyJobs;
}

/** Makes a person inactive in the ruling revision; when another revision comes between, in that one. */
export async function deactivatePerson(
  { relay, checkPolicy, jobs }: DeactivationParts,
  { person, operator, reason }: Deactivation,
): Promise<Deactivated> {
  for (;;) {
    const ruling = await checkPolicy.ruling();
    const { revision } = ruling;
    const answer = await jobs.run({ kind: 'deactivation', person, ruling: textsOf(ruling) });
    if (answer.kind === 'unknown-person') return { kind: 'unknown-person' };
    if (answer.kind === 'inactive-already') return { kind: 'inactive-already', revision };
    if (answer.kind !== 'deactivated') throw new Error(`a deactivation was answered with ${answer.kind}`);
    const next: PolicyRevision = {
      revision: revision + 1,
      ...answer.texts,
      origin: 'deactivation',
      publishedAt: new Date().toISOString(),
      operator,
      justification: reason,
      deactivated: person,
    };
    const published = await relay.transaction(async (tx, publish) => {
      if ((await lockPolicy(tx)) !== revision) return false;
      await publishRevision(tx, publish, next);
      return true;
    });
    if (published) return { kind: 'deactivated', revision: next.revision };
  }
}
