import { readFileSync } from 'node:fs';
import { documentHash, type JsonObject } from '@tollgate/contracts';
import { compile, type CompiledPolicy, formatFault, parseFiles, type PolicyFile } from '@tollgate/policy';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';
import { visible } from '../terminal/visible.js';

/** The two files of a policy. */
export interface PolicyPaths {
  readonly policy: string;
  readonly directory: string;
}

/** A policy and its directory, checked, from wherever they came. */
export interface PolicySource {
  /** What it is called, for people: `revision 3`, or the files. */
  readonly name: string;
  /** The number of a published revision; absent for files. */
  readonly revision?: number;
  readonly policy: JsonObject;
  readonly directory: JsonObject;
  /** SHA-256, hex, over the JCS form of `{ policy, directory }`. */
  readonly documentHash: string;
  readonly compiled: CompiledPolicy;
}

/**
 * Reads a file of a policy.
 * @throws CommandError (usage) when it cannot be read
 */
export function readPolicyFile(file: string): PolicyFile {
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} cannot be read: ${why}`, EXIT_CODE.usage, undefined, { cause: error });
  }
}

/**
 * Reads a policy and its directory.
 * @throws CommandError with a line for each fault, as `policy lint` shows them
 */
export function readPolicyFiles(paths: PolicyPaths): PolicySource {
  const name = `${paths.policy} and ${paths.directory}`;
  const parsed = parseFiles({
    policy: readPolicyFile(paths.policy),
    directory: readPolicyFile(paths.directory),
  });
  if (!parsed.ok) {
    const faults = parsed.faults.map((fault) => `  ${visible(formatFault(fault))}`);
    throw new CommandError([`${name} cannot be used:`, ...faults].join('\n'), EXIT_CODE.failure);
  }
  const { policy, directory } = parsed;
  // What is compiled from files is no revision yet: 0.
  return {
    name,
    policy,
    directory,
    documentHash: documentHash(policy, directory),
    compiled: compile({ revision: 0, policy, directory }),
  };
}
