import { CommanderError } from 'commander';
import { type Environment, loadSettings, wantsColour } from './cli.config.js';
import { CommandError } from './command-error.js';
import { EXIT_CODE, type ExitCode } from './exit-code.js';
import { createProgram } from './program.js';
import { createTerminal, type Sink } from './terminal/terminal.js';

/** What the command line runs in: a process, or a test. */
export interface CliParts {
  /** What follows the program's name. */
  readonly args: readonly string[];
  readonly environment: Environment;
  /** Where `.tollgate` is looked for. */
  readonly folder: string;
  readonly out: Sink & { readonly isTTY?: boolean; readonly columns?: number };
  readonly err: Sink & { readonly isTTY?: boolean };
  readonly interrupted: AbortSignal;
  readonly now: () => Date;
}

/** Runs the command that the arguments name, and returns the exit code of the process. */
export async function runCli(parts: CliParts): Promise<ExitCode> {
  const { args, environment, folder, out, err, interrupted, now } = parts;
  let code: ExitCode = EXIT_CODE.done;
  const program = createProgram({
    out,
    err,
    contextOf: ({ json }) => ({
      settings: loadSettings(environment, folder),
      terminal: createTerminal({ json, colour: wantsColour(out, environment), width: out.columns, out, err }),
      interrupted,
      now,
    }),
    finish: (finished) => {
      code = finished;
    },
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.done : EXIT_CODE.usage;
    if (!(error instanceof CommandError)) throw error;
    if (error.exitCode === EXIT_CODE.interrupted) return error.exitCode;
    const json = program.opts<{ json: boolean }>().json;
    err.write(
      json
        ? `${JSON.stringify({ error: { message: error.message, exitCode: error.exitCode, ...(error.problem === undefined ? {} : { problem: error.problem }) } }, null, 2)}\n`
        : `tollgate: ${error.message}\n`,
    );
    return error.exitCode;
  }
}
