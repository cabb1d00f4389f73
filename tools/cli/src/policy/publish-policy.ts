import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { followSubmitted, type Patience } from '../request/follow-submitted.js';
import { parseRequestStatus } from '../request/request-status.js';
import { checkedChange } from './checked-change.js';
import { changeInShort, type PolicyChange } from './policy-change.js';
import { type PolicyPaths } from './policy-files.js';

/** What is proposed, why, and whether somebody waits for the outcome. */
export interface PublishOptions extends PolicyPaths, Patience {
  readonly reason?: string;
}

/** How long intake may take to check a proposal, in milliseconds. */
const CHECK_MS = 60_000;
const CONFLICT = 409;
const FORBIDDEN = 403;

/** A refusal, with what to do about it. */
function explained(error: CommandError, { from }: PolicyChange): CommandError {
  const { message, exitCode, problem } = error;
  const more = (words: string): CommandError =>
    new CommandError(`${message}\n${words}`, exitCode, problem, { cause: error });
  if (problem?.status === FORBIDDEN) {
    return more(
      'An operator makes a key that may propose: npx tollgate keys create PRODUCER --scope policy:propose\nUse it as TOLLGATE_API_KEY.',
    );
  }
  if (problem?.status === CONFLICT && problem.type?.endsWith('stale') === true) {
    return more(
      `Somebody changed the policy after ${from.name}, with which these files were compared. See what they would undo, then publish again: npx tollgate policy diff`,
    );
  }
  return error;
}

async function propose(context: CommandContext, change: PolicyChange, reason: string): Promise<string> {
  const { settings, interrupted } = context;
  const { from, to } = change;
  try {
    const answer = await callService({
      service: 'intake',
      method: 'POST',
      url: `${settings.intakeUrl}/v1/policy`,
      key: required(settings, 'producerKey'),
      body: { policy: to.policy, directory: to.directory, reason, basedOn: from.revision },
      timeoutMs: CHECK_MS,
      signal: interrupted,
    });
    return parseRequestStatus(answer).id;
  } catch (error) {
    throw error instanceof CommandError ? explained(error, change) : error;
  }
}

/**
 * `tollgate policy publish`: proposes the files as the next revision. The policy that rules says who must approve it;
 * once it is released, it rules.
 * @returns the exit code of the request's status; 0 where the files say what rules already
 */
export async function publishPolicy(context: CommandContext, options: PublishOptions): Promise<ExitCode> {
  const { settings, terminal } = context;
  const change = await checkedChange(context, options, required(settings, 'producerKey'));
  const { from, diff, differs } = change;
  if (differs === 'no') {
    terminal.say('There is nothing to publish.');
    terminal.give({ differs, revision: from.revision });
    return EXIT_CODE.done;
  }
  const id = await propose(
    context,
    change,
    options.reason ?? `Change of the policy: ${changeInShort(change)}`,
  );
  const { wait, timeoutMs } = options;
  const code = await followSubmitted(context, id, {
    wait,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    extraLines: [`  follows     ${from.name}, and rules once it is released`],
    extraFields: { basedOn: from.revision, differs, diff },
  });
  if (code === EXIT_CODE.done) terminal.say(terminal.paint('green', 'It rules from now on.'));
  if (code === EXIT_CODE.pending && !wait) terminal.say(`Its outcome: npx tollgate request wait ${id}`);
  return code;
}
