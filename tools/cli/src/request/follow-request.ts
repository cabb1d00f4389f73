import { isFinalStatus, type RequestStatusDocument } from '@tollgate/contracts';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { EXIT_CODE } from '../exit-code.js';
import { pause } from './pause.js';
import { parseRequestStatus } from './request-status.js';
import { isRouted } from './request-text.js';

/** How long intake holds one answer, in seconds; `Prefer: wait` (RFC 7240). */
const HOLD_S = 30;
/** Until it is known who decides, the answer is asked for anew: a held one would come only at the end. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** How long a routed answer is asked for before the waiting goes on without one, in milliseconds. */
const ROUTING_MS = 10_000;
/** How long intake may be away during a wait, e.g. while it restarts, in milliseconds. */
const PATIENCE_MS = 60_000;

/** The status document of a request as it is now, or once it is final at the latest after `holdS` seconds. */
export async function readRequest(
  context: CommandContext,
  id: string,
  holdS = 0,
): Promise<RequestStatusDocument> {
  const { settings, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    url: `${settings.intakeUrl}/v1/requests/${encodeURIComponent(id)}`,
    key: required(settings, 'producerKey'),
    ...(holdS > 0 ? { headers: { prefer: `wait=${holdS}` } } : {}),
    timeoutMs: (holdS + 30) * 1000,
    signal: interrupted,
  });
  return parseRequestStatus(answer);
}

/** How far a request is followed. */
export interface FollowOptions {
  /** `routed`: until it is known who decides; `final`: until it is over. */
  readonly until: 'routed' | 'final';
  /** Gives up after so many milliseconds; without, never. */
  readonly timeoutMs?: number;
  /** Told of each answer. */
  readonly onAnswer?: (document: RequestStatusDocument) => void;
}

/**
 * Follows a request and returns its last status document, which is not final where the time was over before.
 * @throws CommandError when intake refuses, or is away for longer than a restart takes
 */
export async function followRequest(
  context: CommandContext,
  id: string,
  options: FollowOptions,
): Promise<RequestStatusDocument> {
  const started = context.now().getTime();
  const elapsed = () => context.now().getTime() - started;
  const left = () => (options.timeoutMs === undefined ? Infinity : options.timeoutMs - elapsed());
  let pauseMs = FIRST_PAUSE_MS;
  let awaySince: number | undefined;
  let last: RequestStatusDocument | undefined;
  for (;;) {
    const routed = last !== undefined && (isRouted(last) || elapsed() > ROUTING_MS);
    const holdS =
      routed && options.until === 'final' ? Math.max(1, Math.min(HOLD_S, Math.ceil(left() / 1000))) : 0;
    try {
      const document = await readRequest(context, id, holdS);
      awaySince = undefined;
      last = document;
      options.onAnswer?.(document);
      if (isFinalStatus(document.status) || (options.until === 'routed' && isRouted(document)))
        return document;
    } catch (error) {
      if (!(error instanceof CommandError) || error.exitCode !== EXIT_CODE.unreachable) throw error;
      // The first answer has to come; later on, intake may restart while somebody waits.
      awaySince ??= elapsed();
      if (last === undefined || elapsed() - awaySince > PATIENCE_MS) throw error;
    }
    if (left() <= 0 && last !== undefined) return last;
    if (holdS > 0 && awaySince === undefined) continue;
    await pause(Math.min(pauseMs, Math.max(left(), 1)), context.interrupted);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
