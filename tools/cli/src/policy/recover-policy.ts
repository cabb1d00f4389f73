import { type CommandContext } from '../command.js';
import { callService } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { wrap } from '../terminal/wrap.js';
import { checkedChange } from './checked-change.js';
import { type PolicyPaths } from './policy-files.js';

/** What is published without approval, why, and whether it is meant. */
export interface RecoverOptions extends PolicyPaths {
  readonly justification: string;
  /** Without it, only says what would be done. */
  readonly yes: boolean;
}

const CHECK_MS = 60_000;
const WARNING = [
  'RECOVERY: this publishes the files WITHOUT APPROVAL.',
  'They rule at once. It raises an alarm, and stays on the ledger with your key and your justification.',
];

/** `tollgate policy recover`: publishes the files without approval, for operators. A dry run unless `--yes` is given. */
export async function recoverPolicy(context: CommandContext, options: RecoverOptions): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const key = required(settings, 'operatorKey');
  for (const line of WARNING.flatMap((words) => wrap(words, { width: terminal.width })))
    terminal.warn(terminal.paint('red', line));
  const { from, to, diff, differs } = await checkedChange(context, options, key);
  if (differs === 'no') {
    terminal.say('There is nothing to publish.');
    terminal.give({ dryRun: !options.yes, differs, revision: from.revision });
    return EXIT_CODE.done;
  }
  if (!options.yes) {
    terminal.say('Nothing was changed. Add --yes to publish it without approval.');
    terminal.give({ dryRun: true, basedOn: from.revision, differs, diff });
    return EXIT_CODE.done;
  }
  const answer = await callService({
    service: 'intake',
    method: 'POST',
    url: `${settings.intakeUrl}/v1/policy/recover`,
    key,
    body: { policy: to.policy, directory: to.directory, justification: options.justification },
    timeoutMs: CHECK_MS,
    signal: interrupted,
  });
  const revision =
    isJsonObject(answer) && typeof answer['revision'] === 'number' ? answer['revision'] : undefined;
  terminal.say(terminal.paint('red', `Revision ${revision ?? 'new'} rules, without approval.`));
  terminal.give({ dryRun: false, basedOn: from.revision, differs, diff, answer });
  return EXIT_CODE.done;
}
