import { formatFault, lintFiles, type PolicyFault } from '@tollgate/policy';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type Terminal } from '../terminal/terminal.js';
import { visible } from '../terminal/visible.js';
import { type PolicyPaths, readPolicyFile } from './policy-files.js';

/** What is checked, and how strictly. */
export interface LintOptions extends PolicyPaths {
  /** Whether warnings count as errors do. */
  readonly strict?: boolean;
}

/** `1 warning`, `2 warnings`. */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** What the linter finds in the files. */
export const findingsIn = (paths: PolicyPaths): readonly PolicyFault[] =>
  lintFiles({ policy: readPolicyFile(paths.policy), directory: readPolicyFile(paths.directory) });

function sayFindings(terminal: Terminal, findings: readonly PolicyFault[]): void {
  for (const finding of findings) {
    const style = finding.severity === 'error' ? 'red' : 'yellow';
    terminal.say(
      visible(formatFault(finding)).replace(`: ${finding.severity}: `, (severity) =>
        terminal.paint(style, severity),
      ),
    );
  }
}

/**
 * `tollgate policy lint`: checks a policy against its directory, as a service would before it takes either, and warns of
 * what is likely not meant; each finding as `file:line:column: severity: message`.
 * @returns 0 without an error (with `strict`, without a finding), else 1
 */
export function lintPolicy(terminal: Terminal, { strict = false, ...paths }: LintOptions): ExitCode {
  const findings = findingsIn(paths);
  sayFindings(terminal, findings);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const name = visible(`${paths.policy} and ${paths.directory}`);
  if (findings.length === 0) terminal.say(`${name} have no faults.`);
  else terminal.say(`${counted(errors, 'error')} and ${counted(warnings, 'warning')} in ${name}.`);
  terminal.give({ faults: findings, errors, warnings });
  return errors > 0 || (strict && warnings > 0) ? EXIT_CODE.failure : EXIT_CODE.done;
}
