import { randomBytes } from 'node:crypto';
import { inboundTopic, kafkaUserOfProducer, PRODUCER_NAME, rightsOfProducer } from '@tollgate/contracts';
import { grantAccess, physicalName, revokeAccess } from '@tollgate/messaging';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { askBroker } from '../connection/ask-broker.js';
import { kafkaAdminConnection } from '../connection/kafka-connection.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';

const PASSWORD_BYTES = 32;

/** As whom a producer writes to its inbound topic; the password is shown this once. */
export interface ProducerKafkaUser {
  readonly username: string;
  readonly password: string;
  readonly mechanism: 'scram-sha-512';
}

/**
 * Makes the producer's user at the broker, who may write to its inbound topic and do nothing else; one that exists gets
 * another password, and the old one is of no use any more.
 * @throws CommandError where the broker does not answer, or refuses
 */
export async function makeKafkaUser(
  { settings }: CommandContext,
  producer: string,
): Promise<ProducerKafkaUser> {
  const connection = kafkaAdminConnection(settings);
  const user = kafkaUserOfProducer(producer);
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  await askBroker(settings, () =>
    grantAccess(connection, [{ user, password, rights: rightsOfProducer(producer) }]),
  );
  return { username: physicalName(connection, user), password, mechanism: 'scram-sha-512' };
}

/** Takes the producer's user at the broker away, with all its rights; that there is none is no fault. */
export async function removeKafkaUser({ settings }: CommandContext, producer: string): Promise<void> {
  await askBroker(settings, () =>
    revokeAccess(kafkaAdminConnection(settings), [kafkaUserOfProducer(producer)]),
  );
}

/** Shows a user of the broker, on lines of their own. */
export function sayKafkaUser({ terminal }: CommandContext, { username, password }: ProducerKafkaUser): void {
  terminal.say(`  Kafka user      ${username}`);
  terminal.say(`  Kafka password  ${terminal.paint('bold', password)}`);
}

/**
 * `tollgate producers kafka-user NAME`: the user by whom a producer writes to its inbound topic, with a new password,
 * shown this once.
 */
export async function renewKafkaUser(context: CommandContext, producer: string): Promise<ExitCode> {
  const { settings, terminal } = context;
  if (!PRODUCER_NAME.test(producer))
    throw new CommandError(`${JSON.stringify(producer)} is no name of a producer`, EXIT_CODE.usage);
  if (settings.kafkaAdmin === undefined)
    throw new CommandError(
      'No administrator of the broker: set KAFKA_ADMIN_USERNAME and KAFKA_ADMIN_PASSWORD_FILE, or run `npm start`, which makes one for the local stack.',
      EXIT_CODE.usage,
    );
  const user = await makeKafkaUser(context, producer);
  terminal.say(`${user.username} may write to ${inboundTopic(producer)}; any earlier password has ended.`);
  sayKafkaUser(context, user);
  terminal.say('Keep the password now: it cannot be shown again.');
  terminal.give({ producer, kafka: user });
  return EXIT_CODE.done;
}
