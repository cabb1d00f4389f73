import { readFileSync } from 'node:fs';
import { formatFault, parseFiles, type PolicyFile } from '@tollgate/policy';
import { CommandError } from '../command-error.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type Terminal } from '../terminal/terminal.js';

/** The two files of a policy. */
export interface PolicyPaths {
  readonly policy: string;
  readonly directory: string;
}

function read(file: string): PolicyFile {
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} cannot be read: ${why}`, EXIT_CODE.usage, undefined, { cause: error });
  }
}

/**
 * `tollgate policy lint`: checks a policy against its directory, as a service would before it takes either; each
 * fault as `file:line:column: error: message` on standard output.
 * @returns 0 without a fault, else 1
 */
export function lintPolicy(terminal: Terminal, paths: PolicyPaths): ExitCode {
  const parsed = parseFiles({ policy: read(paths.policy), directory: read(paths.directory) });
  const faults = parsed.ok ? [] : parsed.faults;
  for (const fault of faults) terminal.say(formatFault(fault));
  if (faults.length === 0) terminal.say(`${paths.policy} and ${paths.directory} have no faults.`);
  terminal.give({ faults });
  return faults.length === 0 ? EXIT_CODE.done : EXIT_CODE.failure;
}
