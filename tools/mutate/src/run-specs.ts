import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What specs said. */
export interface SpecOutcome {
  readonly passed: number;
  /** Full names of the tests that failed. */
  readonly failed: readonly string[];
  /** What kept a spec file from running at all: no test has then said anything. */
  readonly broken: readonly string[];
}

interface JestResults {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/**
 * Runs unit spec files of a workspace, in one process.
 * @param specs from the folder of the workspace
 * @throws Error where Jest leaves no results
 */
export function runSpecs(workspace: string, specs: readonly string[]): SpecOutcome {
  const outputFile = join(workspace, 'results.json');
  rmSync(outputFile, { force: true });
  const { stderr } = spawnSync(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      join(workspace, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...['--selectProjects', 'unit', '--runInBand', '--cacheDirectory', join(workspace, '.jest')],
      ...['--json', '--outputFile', outputFile, '--runTestsByPath', ...specs],
    ],
    { cwd: workspace, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  let results: JestResults;
  try {
    results = JSON.parse(readFileSync(outputFile, 'utf8')) as JestResults;
  } catch (error) {
    throw new Error(`Jest left no results:\n${stderr.slice(-2_000)}`, { cause: error });
  }
  return {
    passed: results.numPassedTests,
    failed: results.testResults.flatMap(({ assertionResults }) =>
      assertionResults.flatMap(({ status, fullName }) => (status === 'failed' ? [fullName] : [])),
    ),
    broken: results.testResults.flatMap(({ name, message, assertionResults }) =>
      assertionResults.length === 0 ? [`${name}: ${message.slice(0, 500)}`] : [],
    ),
  };
}
