import { CommandError } from '../command-error.js';
import { parseProblem, problemText } from '../connection/problem.js';
import { EXIT_CODE } from '../exit-code.js';

/** A call whose answer is too large to be held in memory, or is no JSON. */
export interface StreamCall {
  readonly url: string;
  readonly key: string;
  readonly accept: string;
  readonly signal: AbortSignal;
}

const CONNECT_MS = 60_000;
const WRONG_INPUT: readonly number[] = [400, 413, 415, 422];

const rootCause = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootCause(error.cause);
};

const unreachable = (url: string, error: unknown, what: string): CommandError =>
  new CommandError(
    `audit ${what} at ${new URL(url).origin}: ${rootCause(error)}`,
    EXIT_CODE.unreachable,
    undefined,
    {
      cause: error,
    },
  );

/**
 * Calls audit and gives the answer piece by piece.
 * @throws CommandError with exit code 69 when it does not answer or stops in the middle, or with the problem when it refuses
 */
export async function* streamAnswer({ url, key, accept, signal }: StreamCall): AsyncGenerator<Uint8Array> {
  const connecting = new AbortController();
  const timer = setTimeout(() => connecting.abort(new Error('no answer in time')), CONNECT_MS);
  const stopped = (): CommandError | undefined =>
    signal.aborted ? new CommandError('interrupted', EXIT_CODE.interrupted) : undefined;
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { accept: `${accept}, application/problem+json`, authorization: `Bearer ${key}` },
      signal: AbortSignal.any([signal, connecting.signal]),
    });
  } catch (error) {
    throw stopped() ?? unreachable(url, error, 'is not reachable');
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) {
    const problem = parseProblem(response.status, await response.text());
    const code = WRONG_INPUT.includes(response.status) ? EXIT_CODE.usage : EXIT_CODE.failure;
    throw new CommandError(
      problemText(problem),
      response.status >= 502 ? EXIT_CODE.unreachable : code,
      problem,
    );
  }
  if (response.body === null) return;
  try {
    for await (const chunk of response.body) yield chunk;
  } catch (error) {
    throw stopped() ?? unreachable(url, error, 'broke off its answer');
  }
}

/** The whole answer as text. @throws CommandError as {@link streamAnswer} does */
export async function textAnswer(call: StreamCall): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of streamAnswer(call)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
