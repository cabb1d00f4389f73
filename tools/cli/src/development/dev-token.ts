import { type CommandContext } from '../command.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { signPersonToken } from './sign-person-token.js';

/** `tollgate dev token PERSON`: a bearer token of a person of the local stack, alone on a line. */
export async function devToken(
  context: CommandContext,
  person: string,
  { validFor: validForMs, passkey = false }: { readonly validFor: number; readonly passkey?: boolean },
): Promise<ExitCode> {
  const { settings, terminal, now } = context;
  const issuer = required(settings, 'developmentIssuer');
  const token = await signPersonToken(issuer, { person, now: now(), validForMs, passkey });
  terminal.say(token);
  terminal.give({ token, person, expiresAt: new Date(now().getTime() + validForMs).toISOString() });
  return EXIT_CODE.done;
}
