import { type CommandContext } from '../command.js';
import { answerText } from '../connection/answer-text.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';

/** What a key opens, and who gets it. */
export interface KeyOptions {
  readonly scopes: readonly string[];
  /** The executor of the producer that gets it; the producer itself without. */
  readonly executor?: string;
}

/** `tollgate keys create PRODUCER`: one more API key of a producer, shown this once. */
export async function createKey(
  context: CommandContext,
  producer: string,
  { scopes, executor }: KeyOptions,
): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    method: 'POST',
    url: `${settings.intakeUrl}/v1/producers/${encodeURIComponent(producer)}/keys`,
    key: required(settings, 'operatorKey'),
    body: {
      ...(scopes.length > 0 ? { scopes } : {}),
      ...(executor === undefined ? {} : { executor }),
    },
    signal: interrupted,
  });
  const key = answerText(answer, 'key');
  terminal.say(`  key  ${terminal.paint('bold', key)}`);
  terminal.say('Keep the key now: it is stored as a hash only and cannot be shown again.');
  terminal.give(answer);
  return EXIT_CODE.done;
}
