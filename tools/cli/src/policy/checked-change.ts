import { policyPublishFault } from '@tollgate/policy';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';
import { counted, findingsIn } from './lint-policy.js';
import { policyChange, type PolicyChange, sayChange } from './policy-change.js';
import { type PolicyPaths, readPolicyFiles } from './policy-files.js';
import { readRulingRevision } from './ruling-revision.js';

/**
 * What the files would change of the revision that rules, linted and shown.
 * @param key the API key that asks for the ruling revision
 * @throws CommandError when the files have errors, or could not be changed again by approval
 */
export async function checkedChange(
  context: CommandContext,
  paths: PolicyPaths,
  key: string,
): Promise<PolicyChange> {
  const { terminal } = context;
  const warnings = findingsIn(paths).filter(({ severity }) => severity === 'warning').length;
  const to = readPolicyFiles(paths);
  if (warnings > 0)
    terminal.say(
      `${counted(warnings, 'warning')}: npx tollgate policy lint shows ${warnings === 1 ? 'it' : 'them'}.`,
    );
  const fault = policyPublishFault(to.compiled);
  if (fault !== undefined) {
    throw new CommandError(
      `No policy could be published by approval after this one, so it is refused: ${fault}`,
      EXIT_CODE.failure,
    );
  }
  const change = policyChange(await readRulingRevision(context, key), to);
  sayChange(terminal, change);
  return change;
}
