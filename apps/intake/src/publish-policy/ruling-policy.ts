import { type PolicyPublished } from '@tollgate/contracts';
import { type CompiledPolicy } from '@tollgate/policy';
import { type PolicyRevisions } from '@tollgate/runtime';

/** The policy as intake sees it: which revision rules, and what it says. */
export class RulingPolicy {
  constructor(private readonly revisions: PolicyRevisions<CompiledPolicy>) {}

  /** The number of the ruling revision; 0 while there is none. */
  get revision(): number {
    return this.revisions.highest;
  }

  /** The ruling revision, ready to be asked; undefined while there is none. */
  get compiled(): CompiledPolicy | undefined {
    return this.revisions.current()?.policy;
  }

  /** The ruling revision as it was published; undefined while there is none. */
  get published(): PolicyPublished | undefined {
    return this.revisions.published(this.revisions.highest);
  }
}
