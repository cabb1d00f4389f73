import { type Command, Option } from 'commander';
import { listReviews } from '../break-glass/list-reviews.js';
import { type RunCommand } from './run-command.js';

/** `tollgate break-glass …` */
export function addBreakGlassCommands(program: Command, run: RunCommand): void {
  program
    .command('break-glass')
    .description('who went ahead without waiting for people')
    .command('reviews')
    .description('the reviews that follow, those that are overdue among them')
    .addOption(new Option('--state <state>', 'only these').choices(['open', 'overdue', 'closed']))
    .action((options: { state?: string }, command: Command) =>
      run(command, (context) => listReviews(context, options.state)),
    );
}
