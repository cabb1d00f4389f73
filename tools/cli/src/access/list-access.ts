import { KAFKA_USERS, rightsOf } from '@tollgate/contracts';
import { type CommandContext } from '../command.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { table } from '../terminal/table.js';

/**
 * `tollgate access list`: what each service and the operators may do at the broker; everything else is forbidden. Names as
 * they are without a topic prefix; a `*` at the end stands for all that begin so.
 */
export async function listAccess({ terminal }: CommandContext): Promise<ExitCode> {
  const rights = KAFKA_USERS.flatMap((user) => rightsOf(user).map((right) => ({ user, ...right })));
  const columns = [
    ['user', 'left'],
    ['may', 'left'],
    ['', 'left'],
    ['', 'left'],
  ] as const;
  const rows = rights.map(({ user, operations, resource, name, match }) => [
    user,
    operations.join(', '),
    resource,
    match === 'prefix' ? `${name}*` : name,
  ]);
  for (const line of table(columns, rows)) terminal.say(line);
  terminal.give({ rights });
  return EXIT_CODE.done;
}
