import { isUuid } from '@tollgate/contracts';
import { listDeadLetters } from '@tollgate/messaging';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { askBroker } from '../connection/ask-broker.js';
import { callService } from '../connection/call-service.js';
import { kafkaConnection } from '../connection/kafka-connection.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { findDeadLetter, parseWanted } from './find-dead-letter.js';

/** What is given up, why, and whether it is meant. */
export interface GiveUpOptions {
  /** A request id, or the place of a dead letter about a request. */
  readonly target: string;
  readonly reason: string;
  /** Without it, only says what would be done. */
  readonly yes: boolean;
}

async function requestIdOf(context: CommandContext, target: string): Promise<string> {
  if (isUuid(target)) return target;
  const { settings } = context;
  const connection = kafkaConnection(settings);
  const letter = findDeadLetter(
    await askBroker(settings, () => listDeadLetters({ connection })),
    parseWanted(target),
  );
  if (letter.requestId !== undefined) return letter.requestId;
  throw new CommandError(
    'This dead letter is about no request, so there is nothing to give up.',
    EXIT_CODE.failure,
  );
}

/**
 * `tollgate dead-letters give-up`: ends a stalled request as `failed`, for ever. A dry run unless `--yes` is given.
 * @throws CommandError when the request is not stalled
 */
export async function giveUpRequest(context: CommandContext, options: GiveUpOptions): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const id = await requestIdOf(context, options.target);
  if (!options.yes) {
    terminal.say(`would give up request ${id}: it would be failed, and that never changes again`);
    terminal.say('Nothing was changed. Add --yes to do it.');
    terminal.give({ dryRun: true, requestId: id });
    return EXIT_CODE.done;
  }
  const answer = await callService({
    service: 'intake',
    method: 'POST',
    url: `${settings.intakeUrl}/v1/requests/${encodeURIComponent(id)}/give-up`,
    key: required(settings, 'operatorKey'),
    body: { reason: options.reason },
    signal: interrupted,
  });
  terminal.say(`gave up request ${id}: it is failed`);
  terminal.give({ dryRun: false, requestId: id, answer });
  return EXIT_CODE.done;
}
