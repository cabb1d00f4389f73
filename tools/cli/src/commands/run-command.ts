import { type Command } from 'commander';
import { type CommandContext } from '../command.js';
import { type ExitCode } from '../exit-code.js';

/** Runs what a command line asks for: makes the context and keeps the exit code. */
export type RunCommand = (
  command: Command,
  action: (context: CommandContext) => ExitCode | Promise<ExitCode>,
) => Promise<void>;
