import { isFinalStatus, type RequestStatusDocument } from '@tollgate/contracts';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { EXIT_CODE, exitCodeOf, type ExitCode } from '../exit-code.js';
import { followRequest } from './follow-request.js';
import { headText, isRouted, outcomeText, routeText, stalledText } from './request-text.js';

/** How `request wait` and `request submit --wait` wait. */
export interface WaitOptions {
  /** Milliseconds; without, until the request is final. */
  readonly timeoutMs?: number;
  /** Head lines beside the request's own, e.g. the idempotency key. */
  readonly extraLines?: readonly string[];
  /** What the JSON answer holds beside the status document. */
  readonly extraFields?: Readonly<Record<string, unknown>>;
}

/** Tells of a request as it goes on, each thing once. */
function teller({ terminal, settings, now }: CommandContext, extraLines: readonly string[]) {
  const told = { head: false, route: false, stalled: '' };
  return (document: RequestStatusDocument): void => {
    if (!told.head) {
      told.head = true;
      for (const line of [...headText(document, terminal.paint), ...extraLines]) terminal.say(line);
    }
    if (!told.route && isRouted(document)) {
      told.route = true;
      for (const line of routeText(document, now())) terminal.say(line);
      if (document.asked.length > 0 && settings.mailboxUrl !== undefined) {
        terminal.say(`  mailbox     ${terminal.paint('cyan', settings.mailboxUrl)}`);
      }
    }
    const stalled = document.stalled?.service ?? '';
    if (stalled !== told.stalled) {
      told.stalled = stalled;
      for (const line of stalledText(document, terminal.paint)) terminal.say(line);
    }
  };
}

/** Waits for the outcome of a request, tells of it, and returns the exit code of its status. */
export async function waitForRequest(
  context: CommandContext,
  id: string,
  options: WaitOptions = {},
): Promise<ExitCode> {
  const { terminal } = context;
  const tell = teller(context, options.extraLines ?? []);
  let announced = false;
  let document: RequestStatusDocument;
  try {
    document = await followRequest(context, id, {
      until: 'final',
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      onAnswer: (answer) => {
        tell(answer);
        if (!announced && isRouted(answer) && !isFinalStatus(answer.status)) {
          announced = true;
          terminal.say(terminal.paint('dim', 'Waiting for the outcome …'));
        }
      },
    });
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === EXIT_CODE.interrupted) {
      terminal.warn(`The request goes on without you. Its outcome: npx tollgate request wait ${id}`);
    }
    throw error;
  }
  for (const line of outcomeText(document, terminal.paint)) terminal.say(line);
  if (!isFinalStatus(document.status)) {
    terminal.say(`Still ${document.status}. Go on waiting: npx tollgate request wait ${id}`);
  }
  terminal.give({ ...document, ...options.extraFields });
  return exitCodeOf(document.status);
}
