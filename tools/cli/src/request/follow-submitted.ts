import { type CommandContext } from '../command.js';
import { exitCodeOf, type ExitCode } from '../exit-code.js';
import { followRequest } from './follow-request.js';
import { requestText } from './request-text.js';
import { waitForRequest, type WaitOptions } from './wait-for-request.js';

/** Whether somebody stays until a request is decided. */
export interface Patience {
  /** Wait for the outcome: for ever, or for so many milliseconds. */
  readonly wait: boolean;
  readonly timeoutMs?: number;
}

/** How long a submission without `--wait` looks out for who is asked, in milliseconds. */
const ROUTE_MS = 5_000;

/**
 * Tells of a request that was just submitted: who is asked, and with `wait` how it ends.
 * @returns the exit code of its status
 */
export async function followSubmitted(
  context: CommandContext,
  id: string,
  { wait, timeoutMs, ...more }: Patience & Pick<WaitOptions, 'extraLines' | 'extraFields'>,
): Promise<ExitCode> {
  const { terminal, settings } = context;
  if (wait)
    return waitForRequest(context, id, { ...more, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const document = await followRequest(context, id, { until: 'routed', timeoutMs: ROUTE_MS });
  for (const line of [...requestText(document, context.now(), terminal.paint), ...(more.extraLines ?? [])])
    terminal.say(line);
  if (document.asked.length > 0 && settings.mailboxUrl !== undefined) {
    terminal.say(`  mailbox     ${terminal.paint('cyan', settings.mailboxUrl)}`);
  }
  terminal.give({ ...document, ...more.extraFields });
  return exitCodeOf(document.status);
}
