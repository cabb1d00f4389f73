import { type Command } from 'commander';
import { lintPolicy } from '../policy/lint-policy.js';
import { type RunCommand } from './run-command.js';

/** `tollgate policy …` */
export function addPolicyCommands(program: Command, run: RunCommand): void {
  program
    .command('policy')
    .description('who decides what')
    .command('lint')
    .description('check the policy against its directory: file:line:column: message')
    .option('--policy <file>', 'the policy', 'policies/policy.yaml')
    .option('--directory <file>', 'the directory', 'policies/directory.yaml')
    .action((paths: { policy: string; directory: string }, command: Command) =>
      run(command, ({ terminal }) => lintPolicy(terminal, paths)),
    );
}
