import { type JsonValue, type PolicyPublished } from '@tollgate/contracts';
import { compile, type CompiledPolicy, type PolicySecrets, secretsOf } from '@tollgate/policy';

/** A revision as intake keeps it at hand. */
export interface KnownPolicy {
  readonly published: PolicyPublished;
  /** What it says of secrets. */
  readonly secrets: PolicySecrets;
  /** Absent of a large one, which takes long to compile: what has to be asked of it is asked in a process of its own. */
  readonly compiled?: CompiledPolicy;
}

/** Documents of so many values compile within some ten milliseconds. */
const SMALL = 20_000;

/** Whether JSON documents hold more than so many values; looks at no more than that. */
function isLarge(documents: readonly JsonValue[]): boolean {
  const open = [...documents];
  let count = 0;
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    count += 1;
    if (count + open.length > SMALL) return true;
    if (value === null || typeof value !== 'object') continue;
    for (const inner of Object.values(value)) open.push(inner);
  }
  return false;
}

/**
 * Takes up a published revision. A large one is not checked anew: it was when it came in, and intake only stamps its
 * number; whoever decides by it compiles it.
 * @throws PolicyInvalidError for one that is no policy
 */
export const knownPolicy = (published: PolicyPublished): KnownPolicy =>
  isLarge([published.policy, published.directory])
    ? { published, secrets: secretsOf(published.policy) }
    : { published, secrets: secretsOf(published.policy), compiled: compile(published) };
