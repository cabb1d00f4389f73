import { type CommandContext } from '../command.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { visible } from '../terminal/visible.js';

/** Who answers for whom, and why. */
export interface ReassignOptions {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/**
 * `tollgate approvals reassign REQUEST`: another person may answer for somebody whom the request asks; for operators, and on
 * record.
 */
export async function reassignApproval(
  context: CommandContext,
  requestId: string,
  { from, to, reason }: ReassignOptions,
): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'notifier',
    method: 'POST',
    url: `${settings.notifierUrl}/v1/approvals/${encodeURIComponent(requestId)}/reassign`,
    key: required(settings, 'operatorKey'),
    body: { from, to, reason },
    signal: interrupted,
  });
  terminal.say(
    `${visible(to)} is asked for ${visible(from)} on request ${visible(requestId)}; ${visible(from)} may still answer, and their own vote wins.`,
  );
  terminal.give(answer);
  return EXIT_CODE.done;
}
