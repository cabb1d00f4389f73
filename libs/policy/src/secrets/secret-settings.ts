import { PolicyInvalidError } from '../compile/policy-invalid-error.js';
import { Secrets } from '../document/secrets-document.js';
import { shapeCheck } from '../document/shape-check.js';

/** What a policy says of secrets, for whoever looks for them. */
export interface PolicySecrets {
  readonly rules: readonly { readonly id: string; readonly pattern: string }[];
  readonly allow: readonly { readonly rule: string; readonly field: string }[];
}

const check = shapeCheck(Secrets);

/**
 * What a published policy says of secrets, without compiling the rest of it.
 * @throws PolicyInvalidError where that part is none
 */
export function secretsOf({ secrets }: { readonly secrets?: unknown }): PolicySecrets {
  if (secrets === undefined) return { rules: [], allow: [] };
  const checked = check(secrets, '/secrets');
  if (!checked.ok) throw new PolicyInvalidError('secrets of the policy cannot be read', checked.faults);
  const { rules = [], allow = [] } = checked.value;
  return { rules, allow };
}
