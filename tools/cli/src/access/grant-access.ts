import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KAFKA_USERS, rightsOf } from '@tollgate/contracts';
import { grantAccess as grant, physicalName } from '@tollgate/messaging';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { askBroker } from '../connection/ask-broker.js';
import { kafkaAdminConnection } from '../connection/kafka-connection.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';

const PASSWORD_BYTES = 32;
const OWNER_ONLY = 0o600;
/** What SCRAM takes as it is, without preparation (RFC 4013). */
const ASCII = /^[\x21-\x7e]+$/;

/** The password in a file; made where there is no such file. */
function passwordIn(file: string): string {
  if (!existsSync(file)) {
    const password = randomBytes(PASSWORD_BYTES).toString('base64url');
    writeFileSync(file, `${password}\n`, { mode: OWNER_ONLY });
    return password;
  }
  const password = readFileSync(file, 'utf8').trim();
  if (!ASCII.test(password))
    throw new CommandError(
      `${file} holds no password: letters, digits and signs of ASCII without blanks`,
      EXIT_CODE.usage,
    );
  chmodSync(file, OWNER_ONLY);
  return password;
}

/**
 * `tollgate access grant --passwords FOLDER`: makes the users of the five services and of the operators at the broker,
 * each with the rights of `tollgate access list` and no others, and with the password in `FOLDER/kafka-password-<user>`,
 * which is made where it is missing. Run again, it changes nothing but passwords whose files were changed or removed.
 */
export async function grantAccess(context: CommandContext, folder: string): Promise<ExitCode> {
  const { settings, terminal } = context;
  if (settings.kafkaAdmin === undefined)
    throw new CommandError(
      'No administrator of the broker: set KAFKA_ADMIN_USERNAME and KAFKA_ADMIN_PASSWORD_FILE.',
      EXIT_CODE.usage,
    );
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const connection = kafkaAdminConnection(settings);
  const accounts = KAFKA_USERS.map((user) => {
    const passwordFile = join(folder, `kafka-password-${user}`);
    return { user, passwordFile, password: passwordIn(passwordFile), rights: rightsOf(user) };
  });
  await askBroker(settings, () => grant(connection, accounts));
  const granted = accounts.map(({ user, passwordFile }) => ({
    username: physicalName(connection, user),
    passwordFile,
  }));
  for (const { username, passwordFile } of granted) terminal.say(`${username}  ${passwordFile}`);
  terminal.give({ granted });
  return EXIT_CODE.done;
}
