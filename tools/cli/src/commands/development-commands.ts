import { type Command } from 'commander';
import { devToken } from '../development/dev-token.js';
import { durationOption } from './options.js';
import { type RunCommand } from './run-command.js';

const TOKEN_VALID_MS = 60 * 60 * 1000;

/** `tollgate dev …`: what only the local stack has. */
export function addDevelopmentCommands(program: Command, run: RunCommand): void {
  program
    .command('dev')
    .description('for the local stack alone')
    .command('token')
    .description("a bearer token of a person, for the approvers' API")
    .argument('<person>', 'a person id of the directory, e.g. erin')
    .option('--valid-for <duration>', 'how long it opens the door', durationOption, TOKEN_VALID_MS)
    .option('--passkey', 'as if they had signed in with a passkey')
    .action((person: string, options: { validFor: number; passkey?: boolean }, command: Command) =>
      run(command, (context) => devToken(context, person, options)),
    );
}
