import { type CaseResult, formatFault, parseCases, runPolicyCases } from '@tollgate/policy';
import { CommandError } from '../command-error.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type Terminal } from '../terminal/terminal.js';
import { visible } from '../terminal/visible.js';
import { type PolicyPaths, readPolicyFile, readPolicyFiles } from './policy-files.js';

/** What is tested, by which files of cases. */
export interface TestOptions extends PolicyPaths {
  readonly files: readonly string[];
}

interface FileResult {
  readonly file: string;
  readonly cases: readonly CaseResult[];
}

/**
 * `tollgate policy test`: what the policy makes of the requests of a file of cases, against what the file expects.
 * @returns 0 when every case is as expected, else 1
 */
export function testPolicy(terminal: Terminal, { files, ...paths }: TestOptions): ExitCode {
  const { compiled } = readPolicyFiles(paths);
  const results = files.map((name): FileResult => {
    const parsed = parseCases(readPolicyFile(name).text, name);
    if (parsed.ok) return { file: name, cases: runPolicyCases(compiled, parsed.cases) };
    const faults = parsed.faults.map((fault) => `  ${visible(formatFault(fault))}`);
    throw new CommandError([`${name} cannot be used:`, ...faults].join('\n'), EXIT_CODE.failure);
  });
  for (const { file, cases } of results) {
    for (const { name, differences } of cases.filter(({ ok }) => !ok)) {
      terminal.say(`${terminal.paint('red', 'failed')}  ${visible(file)}: ${visible(name)}`);
      for (const difference of differences) terminal.say(`          ${visible(difference)}`);
    }
  }
  const all = results.flatMap(({ cases }) => cases);
  const failed = all.filter(({ ok }) => !ok).length;
  const cases = `${all.length} ${all.length === 1 ? 'case' : 'cases'}`;
  if (all.length === 0) terminal.say(terminal.paint('yellow', 'There are no cases.'));
  else if (failed === 0) terminal.say(terminal.paint('green', `${cases}, all as expected.`));
  else terminal.say(terminal.paint('red', `${cases}, ${failed} failed.`));
  terminal.give({ cases: all.length, failed, files: results });
  return failed === 0 ? EXIT_CODE.done : EXIT_CODE.failure;
}
