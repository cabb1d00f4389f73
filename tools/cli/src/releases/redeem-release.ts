import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { callService } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { readJsonFile, readTextFile } from '../request/read-json-file.js';
import { releaseText } from './release-text.js';

/** How a release is redeemed. */
export interface RedeemOptions {
  /** The caller's own id of the redemption: after a lost answer, the same again. */
  readonly key: string;
  /** A file that says what is about to be done, as a request file does; other members are not looked at. */
  readonly content?: string;
}

function contentOf(file: string): object {
  const said = readJsonFile(file);
  if (!isJsonObject(said)) throw new CommandError(`${file} holds no JSON object`, EXIT_CODE.usage);
  const { action, environment, target = {}, parameters = {} } = said;
  return { action, environment, target, parameters };
}

/**
 * `tollgate releases redeem TOKEN`: uses a release, once.
 * @param token `-` for standard input
 * @returns done only where it was redeemed
 * @throws CommandError with the reason where it is refused
 */
export async function redeemRelease(
  context: CommandContext,
  token: string,
  { key, content }: RedeemOptions,
): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const body = {
    token: token === '-' ? readTextFile(token).trim() : token,
    ...(content === undefined ? {} : { content: contentOf(content) }),
  };
  // Said before the call: who loses the answer needs it.
  terminal.warn(`Redeeming with --key ${key}`);
  const answer = await callService({
    service: 'intake',
    method: 'POST',
    url: `${settings.intakeUrl}/v1/releases/redeem`,
    key: required(settings, 'producerKey'),
    headers: { 'idempotency-key': key },
    body,
    signal: interrupted,
  });
  for (const line of releaseText(answer)) terminal.say(line);
  terminal.give(answer);
  return EXIT_CODE.done;
}
