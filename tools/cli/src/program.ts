import { Command } from 'commander';
import { type CommandContext } from './command.js';
import { addApprovalCommands } from './commands/approval-commands.js';
import { addAuditCommands } from './commands/audit-commands.js';
import { addBreakGlassCommands } from './commands/break-glass-commands.js';
import { addDevelopmentCommands } from './commands/development-commands.js';
import { addOperatorCommands } from './commands/operator-commands.js';
import { addPolicyCommands } from './commands/policy-commands.js';
import { addProducerCommands } from './commands/producer-commands.js';
import { addRequestCommands } from './commands/request-commands.js';
import { addReleaseCommands } from './commands/release-commands.js';
import { addWebhookCommands } from './commands/webhook-commands.js';
import { type RunCommand } from './commands/run-command.js';
import { type ExitCode } from './exit-code.js';
import { type Sink } from './terminal/terminal.js';

/** What the command line is wired to. */
export interface ProgramParts {
  readonly out: Sink;
  readonly err: Sink;
  /** Makes what a command works with, once it is known whether JSON is wanted. */
  contextOf(options: { readonly json: boolean }): CommandContext;
  /** Takes the exit code of the command that ran. */
  finish(code: ExitCode): void;
}

const AFTER_HELP = `
Exit codes of commands about a request, which say its status: 0 released, 10 denied, 11 blocked, 12 cancelled,
13 expired, 14 failed, 75 still pending. Others: 0 done, 1 refused or a check failed, 64 usage, 69 not reachable.

Where the system is: TOLLGATE_INTAKE_URL, TOLLGATE_API_KEY, … or credentials.json of the local stack, in .tollgate
or the folder that TOLLGATE_HOME names.`;

/** The command line; parsing it throws a CommanderError for wrong usage, and what the command itself throws. */
export function createProgram({ out, err, contextOf, finish }: ProgramParts): Command {
  const program = new Command('tollgate')
    .description('Pause an automated action, ask the right people, release exactly what was approved.')
    .option('--json', 'print the result as JSON', false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => err.write(text) })
    .showHelpAfterError('(--help shows how it is meant)')
    .addHelpText('after', AFTER_HELP);
  const run: RunCommand = async (command, action) => {
    finish(await action(contextOf({ json: command.optsWithGlobals<{ json: boolean }>().json })));
  };
  addRequestCommands(program, run);
  addReleaseCommands(program, run);
  addProducerCommands(program, run);
  addWebhookCommands(program, run);
  addPolicyCommands(program, run);
  addApprovalCommands(program, run);
  addBreakGlassCommands(program, run);
  addOperatorCommands(program, run);
  addAuditCommands(program, run);
  addDevelopmentCommands(program, run);
  return program;
}
