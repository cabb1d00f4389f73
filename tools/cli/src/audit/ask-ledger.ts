import { isJsonObject } from '../connection/is-json-object.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';

/** A period of arrivals, as the command line gives it. */
export interface Period {
  /** RFC 3339. */
  readonly from?: string;
  readonly to?: string;
}

/** A question may take this long: it may read the whole ledger. */
const TIMEOUT_MS = 30 * 60_000;

/** The query of a period, with what else is asked for. */
export function periodQuery({ from, to }: Period, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...more,
  }).toString();
  return query === '' ? '' : `?${query}`;
}

/**
 * Asks audit something that is answered as a JSON object.
 * @throws CommandError as `callService` does, and for another answer
 */
export async function askLedger(context: CommandContext, path: string): Promise<Record<string, unknown>> {
  const { settings, interrupted } = context;
  const answer = await callService({
    service: 'audit',
    url: `${settings.auditUrl}${path}`,
    key: required(settings, 'ledgerReaderKey'),
    timeoutMs: TIMEOUT_MS,
    signal: interrupted,
  });
  if (!isJsonObject(answer))
    throw new CommandError('audit answered something that is no report', EXIT_CODE.failure);
  return answer;
}
