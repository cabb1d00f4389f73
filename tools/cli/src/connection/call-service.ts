import { CommandError } from '../command-error.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { parseProblem, problemText } from './problem.js';

/** One HTTP call to a service of Tollgate. */
export interface ServiceCall {
  /** For people, as in `intake`. */
  readonly service: string;
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** API key, sent as a bearer credential. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** How long the answer may take, in milliseconds; default 30,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 30_000;
/** Refusals of what was sent: the caller has to change it. */
const WRONG_INPUT: readonly number[] = [400, 413, 415, 422];
/** The service or its gateway says that it cannot answer now. */
const NOT_NOW: readonly number[] = [502, 503, 504];

const exitCodeOfRefusal = (status: number): ExitCode => {
  if (WRONG_INPUT.includes(status)) return EXIT_CODE.usage;
  return NOT_NOW.includes(status) ? EXIT_CODE.unreachable : EXIT_CODE.failure;
};

const rootCause = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors[0]);
  return error.cause === undefined ? error.message : rootCause(error.cause);
};

/**
 * Calls a service and returns its JSON answer.
 * @throws CommandError with exit code 69 when it does not answer, or with the problem document when it refuses
 */
export async function callService(call: ServiceCall): Promise<unknown> {
  const timeout = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  let status: number;
  let text: string;
  try {
    const response = await fetch(call.url, {
      method: call.method ?? 'GET',
      headers: {
        accept: 'application/json, application/problem+json',
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(call.key === undefined ? {} : { authorization: `Bearer ${call.key}` }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal,
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    if (call.signal?.aborted) throw new CommandError('interrupted', EXIT_CODE.interrupted);
    const why = timeout.aborted ? 'no answer in time' : rootCause(error);
    throw new CommandError(
      `${call.service} is not reachable at ${new URL(call.url).origin}: ${why}`,
      EXIT_CODE.unreachable,
      undefined,
      { cause: error },
    );
  }
  if (status >= 400) {
    const problem = parseProblem(status, text);
    throw new CommandError(problemText(problem), exitCodeOfRefusal(status), problem);
  }
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    throw new CommandError(
      `${call.service} answered something that is not JSON`,
      EXIT_CODE.failure,
      undefined,
      {
        cause: error,
      },
    );
  }
}
