import { type RequestStatusDocument } from '@tollgate/contracts';
import { type CommandContext } from '../command.js';
import { callService } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { required } from '../connection/required.js';
import { type ExitCode } from '../exit-code.js';
import { followSubmitted, type Patience } from './follow-submitted.js';
import { readJsonFile } from './read-json-file.js';
import { parseRequestStatus } from './request-status.js';

/** How a request is submitted. */
export interface SubmitOptions extends Patience {
  /** The idempotency key: the same key and body is the same request. */
  readonly key: string;
  /** Where somebody breaks the glass: why, and the token that says who. */
  readonly breakGlass?: { readonly justification: string; readonly token: string };
}

async function post(
  context: CommandContext,
  given: unknown,
  { key, breakGlass }: SubmitOptions,
): Promise<RequestStatusDocument> {
  const { settings, interrupted } = context;
  const body =
    breakGlass === undefined || !isJsonObject(given)
      ? given
      : { ...given, breakGlass: { justification: breakGlass.justification } };
  const answer = await callService({
    service: 'intake',
    method: 'POST',
    url: `${settings.intakeUrl}/v1/requests`,
    key: required(settings, 'producerKey'),
    headers: {
      'idempotency-key': key,
      ...(breakGlass === undefined ? {} : { 'tollgate-person': `Bearer ${breakGlass.token}` }),
    },
    body,
    signal: interrupted,
  });
  return parseRequestStatus(answer);
}

/**
 * `tollgate request submit FILE`: submits the request in a file, tells who is asked, and with `--wait` stays until
 * it is decided.
 * @param file JSON, as in the body of `POST /v1/requests`; `-` for standard input
 * @returns the exit code of the request's status
 */
export async function submitRequest(
  context: CommandContext,
  file: string,
  options: SubmitOptions,
): Promise<ExitCode> {
  const { id } = await post(context, readJsonFile(file), options);
  return followSubmitted(context, id, {
    ...options,
    extraLines: [`  key         ${options.key}`],
    extraFields: { idempotencyKey: options.key },
  });
}
