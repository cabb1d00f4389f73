import { writeFileSync } from 'node:fs';
import { showMatrix } from '@tollgate/policy';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { visible } from '../terminal/visible.js';
import { matrixRows } from './matrix-rows.js';
import { matrixSvg } from './matrix-svg.js';
import { matrixText } from './matrix-text.js';
import { type PolicyPaths, readPolicyFiles } from './policy-files.js';
import { readRulingRevision } from './ruling-revision.js';

/** What is shown, and how. */
export interface ShowOptions extends PolicyPaths {
  /** Only this environment. */
  readonly environment?: string;
  /** The file for the picture. */
  readonly svg?: string;
  /** The revision that rules instead of the files. */
  readonly live: boolean;
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} cannot be written: ${why}`, EXIT_CODE.failure, undefined, {
      cause: error,
    });
  }
}

/** `tollgate policy show`: the boundary matrix, as a table and as a picture. */
export async function showPolicy(context: CommandContext, options: ShowOptions): Promise<ExitCode> {
  const { terminal, settings } = context;
  const source = options.live
    ? await readRulingRevision(context, required(settings, 'producerKey'))
    : readPolicyFiles(options);
  const view = showMatrix(source.compiled);
  const matrix = matrixRows(source.compiled, view, options.environment);
  for (const line of matrixText(matrix, terminal.width, terminal.paint)) terminal.say(line);
  if (options.svg !== undefined) {
    write(
      options.svg,
      matrixSvg(matrix, {
        name: source.name,
        ...(options.environment === undefined ? {} : { environment: options.environment }),
      }),
    );
    terminal.say(visible(`The picture is in ${options.svg}.`));
  }
  const { environment } = options;
  const shown = environment !== undefined && !view.environments.includes(environment) ? '*' : environment;
  terminal.give(
    shown === undefined ? view : { ...view, cells: view.cells.filter((cell) => cell.environment === shown) },
  );
  return EXIT_CODE.done;
}
