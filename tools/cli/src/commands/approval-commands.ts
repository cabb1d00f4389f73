import { type Command } from 'commander';
import { listDelegations } from '../delegations/list-delegations.js';
import { reassignApproval, type ReassignOptions } from '../approvals/reassign-approval.js';
import { resendApproval, type ResendOptions } from '../approvals/resend-approval.js';
import { type RunCommand } from './run-command.js';

/** `tollgate approvals …` and `tollgate delegations …`, for operators. */
export function addApprovalCommands(program: Command, run: RunCommand): void {
  const approvals = program.command('approvals').description('what waits for people; for operators');
  approvals
    .command('reassign')
    .description('let another person answer for somebody whom a request asks; on record')
    .argument('<request>', 'a request id')
    .requiredOption('--from <person>', 'who is asked')
    .requiredOption('--to <person>', 'who may answer for them')
    .requiredOption('--reason <text>', 'why, for the record')
    .action((request: string, options: ReassignOptions, command: Command) =>
      run(command, (context) => reassignApproval(context, request, options)),
    );
  approvals
    .command('resend')
    .description('mail people again who are asked, with the same link; on record')
    .argument('<request>', 'a request id')
    .option('--person <person>', 'who gets it; unless given, everybody who is asked and has not answered')
    .action((request: string, options: ResendOptions, command: Command) =>
      run(command, (context) => resendApproval(context, request, options)),
    );
  program
    .command('delegations')
    .description('who stands for whom; for operators')
    .command('list')
    .description('those to come, in force, and ended in the last 90 days')
    .action((_options: object, command: Command) => run(command, (context) => listDelegations(context)));
}
