import { type CommandContext } from '../command.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { policyChange, sayChange } from './policy-change.js';
import { type PolicyPaths, type PolicySource, readPolicyFiles } from './policy-files.js';
import { readRulingRevision } from './ruling-revision.js';

/** What is compared with what. */
export interface DiffOptions extends PolicyPaths {
  /** The policy to compare with. With neither this nor the directory: the revision that rules. */
  readonly basePolicy?: string;
  readonly baseDirectory?: string;
}

async function baseOf(
  context: CommandContext,
  { basePolicy, baseDirectory, policy, directory }: DiffOptions,
): Promise<PolicySource> {
  if (basePolicy === undefined && baseDirectory === undefined)
    return readRulingRevision(context, required(context.settings, 'producerKey'));
  // What is not given is the same before and after.
  return readPolicyFiles({ policy: basePolicy ?? policy, directory: baseDirectory ?? directory });
}

/**
 * `tollgate policy diff`: what the files change, in rules and in effect.
 * @returns 0 where they say the same, 1 where something differs
 */
export async function diffPolicy(context: CommandContext, options: DiffOptions): Promise<ExitCode> {
  const { terminal } = context;
  const to = readPolicyFiles(options);
  const from = await baseOf(context, options);
  const change = policyChange(from, to);
  sayChange(terminal, change);
  const revision = from.revision === undefined ? {} : { revision: from.revision };
  terminal.give({
    from: { name: from.name, ...revision },
    to: { name: to.name },
    differs: change.differs,
    ...change.diff,
  });
  return change.differs === 'no' ? EXIT_CODE.done : EXIT_CODE.failure;
}
