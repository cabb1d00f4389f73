import { assemble } from '../compile/compile.js';
import { checkTogether } from '../document/check-together.js';
import { electoratesOf } from '../document/electorates.js';
import { parseDirectory, parsePolicy, type PolicyFile } from '../document/parse-files.js';
import { placed, type PolicyFault } from '../document/policy-fault.js';
import { warningsOf } from './warnings.js';

/**
 * Everything that is wrong with a policy and its directory (errors: what {@link compile} refuses), and, where there are no
 * errors, everything that is likely not meant (warnings), in order of the files.
 */
export function lintFiles(files: {
  readonly policy: PolicyFile;
  readonly directory: PolicyFile;
}): PolicyFault[] {
  const policy = parsePolicy(files.policy.text, files.policy.file);
  const directory = parseDirectory(files.directory.text, files.directory.file);
  if (!policy.ok || !directory.ok)
    return [...(policy.ok ? [] : policy.faults), ...(directory.ok ? [] : directory.faults)];
  const electorateOf = electoratesOf(directory.document);
  const errors = checkTogether(policy.read, directory.document, electorateOf);
  if (errors.length > 0) return placed(errors, files.policy.file, policy.place);
  const compiled = assemble(0, policy.read, directory.document, electorateOf);
  return placed(warningsOf(policy.read, electorateOf, compiled), files.policy.file, policy.place);
}
