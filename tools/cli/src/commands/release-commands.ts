import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { redeemRelease } from '../releases/redeem-release.js';
import { revokeRelease } from '../releases/revoke-release.js';
import { showRelease } from '../releases/show-release.js';
import { type RunCommand } from './run-command.js';

const operatorOption = (): Option => new Option('--operator', 'by the operator key').default(false);
const keyOf = ({ operator }: { operator: boolean }) => (operator ? 'operatorKey' : 'producerKey');

/** `tollgate releases …` */
export function addReleaseCommands(program: Command, run: RunCommand): void {
  const releases = program.command('releases').description('use the permission to act, or take it back');
  releases
    .command('redeem')
    .description('use a release, once; go on only where this exits with 0')
    .argument('<token>', 'of the release; - for standard input')
    .option(
      '--content <file>',
      'what you are about to do (JSON, as in a request file): refused if another was approved',
    )
    .option('--key <key>', 'after a lost answer, the key of the attempt before (default: a new one)')
    .action(
      (
        token: string,
        { key = randomUUID(), ...options }: { key?: string; content?: string },
        command: Command,
      ) => run(command, (context) => redeemRelease(context, token, { key, ...options })),
    );
  releases
    .command('revoke')
    .description('take a release back before it is used')
    .argument('<id>')
    .option('--reason <text>', 'why, for the record')
    .addOption(operatorOption())
    .action((id: string, options: { reason?: string; operator: boolean }, command: Command) =>
      run(command, (context) => revokeRelease(context, id, options.reason, keyOf(options))),
    );
  releases
    .command('show')
    .description('how a release stands: unused, redeemed, revoked or expired')
    .argument('<id>')
    .addOption(operatorOption())
    .action((id: string, options: { operator: boolean }, command: Command) =>
      run(command, (context) => showRelease(context, id, keyOf(options))),
    );
}
