import { type CommandContext } from '../command.js';
import { exitCodeOf, type ExitCode } from '../exit-code.js';
import { readRequest } from './follow-request.js';
import { requestText } from './request-text.js';

/** `tollgate request show ID`: how a request stands now; returns the exit code of its status. */
export async function showRequest(context: CommandContext, id: string): Promise<ExitCode> {
  const { terminal } = context;
  const document = await readRequest(context, id);
  for (const line of requestText(document, context.now(), terminal.paint)) terminal.say(line);
  terminal.give(document);
  return exitCodeOf(document.status);
}
