import { type Resend, RESENDS } from '@tollgate/contracts';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { callService } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { visible } from '../terminal/visible.js';

/** Whom to send it to. */
export interface ResendOptions {
  /** Unless given, everybody who is asked and has not answered. */
  readonly person?: string;
}

const WORDS: Readonly<Record<Resend, string>> = {
  queued: 'gets the mail again',
  'under-way': 'has a mail under way already',
  'no-contact': 'has no mail address',
  away: 'is away, and somebody stands for them',
  inactive: 'is not active in the directory',
  'too-many': 'got it as often as anybody gets it',
};

function mailsOf(answer: unknown): { readonly person: string; readonly state: Resend }[] {
  const mails = isJsonObject(answer) ? answer['mails'] : undefined;
  if (!Array.isArray(mails))
    throw new CommandError('the notifier answered something that it never says', EXIT_CODE.failure);
  return mails.flatMap((mail: unknown) => {
    const { person, state } = isJsonObject(mail) ? mail : {};
    const known = RESENDS.find((each) => each === state);
    return typeof person === 'string' && known !== undefined ? [{ person, state: known }] : [];
  });
}

/** `tollgate approvals resend REQUEST`: mails people again who are asked, with the same link; for operators. */
export async function resendApproval(
  context: CommandContext,
  requestId: string,
  { person }: ResendOptions,
): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'notifier',
    method: 'POST',
    url: `${settings.notifierUrl}/v1/approvals/${encodeURIComponent(requestId)}/resend`,
    key: required(settings, 'operatorKey'),
    body: person === undefined ? {} : { person },
    signal: interrupted,
  });
  const mails = mailsOf(answer);
  for (const mail of mails) terminal.say(visible(`${mail.person} ${WORDS[mail.state]}.`));
  if (mails.length === 0) terminal.say('Everybody who is asked has answered: nobody gets a mail.');
  terminal.give(answer);
  return EXIT_CODE.done;
}
