import { type CommandContext } from '../command.js';
import { callService } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { visible } from '../terminal/visible.js';

/**
 * `tollgate policy deactivate PERSON`: from now on the person decides nothing; for operators, at once and without approval,
 * as it takes rights away and gives none.
 */
export async function deactivatePerson(
  context: CommandContext,
  person: string,
  reason: string,
): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    method: 'POST',
    url: `${settings.intakeUrl}/v1/policy/deactivate`,
    key: required(settings, 'operatorKey'),
    body: { person, reason },
    signal: interrupted,
  });
  const revision =
    isJsonObject(answer) && typeof answer['revision'] === 'number' ? answer['revision'] : undefined;
  const already = isJsonObject(answer) && answer['changed'] === false;
  terminal.say(
    `${visible(person)} ${already ? 'was inactive already' : 'is inactive now'}, and decides nothing${revision === undefined ? '.' : `; revision ${revision} rules.`}`,
  );
  terminal.say(
    `Set "active: false" for ${visible(person)} in the directory file too, or the next change of the policy would undo it.`,
  );
  terminal.give(answer);
  return EXIT_CODE.done;
}
