import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';
import { type Settings } from '../cli.config.js';

const isOfClient = (error: unknown): error is Error =>
  error instanceof Error && error.name.startsWith('KafkaJS');

/** `AccessRefusedError`, by its name: its module takes too long to load for commands that need no broker. */
const REFUSED = 'AccessRefusedError';

const CONNECTION_ERRORS = [
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSBrokerNotFound',
  'KafkaJSRequestTimeoutError',
];

/** The client gives up after some tries and hides behind that why. */
const isConnectionLost = (error: unknown): boolean =>
  error instanceof Error && (CONNECTION_ERRORS.includes(error.name) || isConnectionLost(error.cause));

/**
 * Runs something that speaks to the broker.
 * @throws CommandError with exit code 69 when the broker does not answer, 1 when it refuses
 */
export async function askBroker<T>(
  { brokers, kafka, kafkaAdmin }: Settings,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && error.name === REFUSED)
      throw new CommandError(
        `Kafka at ${brokers.join(', ')} refuses: ${error.message}`,
        EXIT_CODE.failure,
        undefined,
        {
          cause: error,
        },
      );
    if (!isOfClient(error)) throw error;
    const [what, exitCode] = isConnectionLost(error)
      ? (['is not reachable', EXIT_CODE.unreachable] as const)
      : (['refuses', EXIT_CODE.failure] as const);
    // A broker that asks who it is closes the connection of one who does not say.
    const hint =
      isConnectionLost(error) && kafka === undefined && kafkaAdmin === undefined
        ? ' (if it lets nobody in without a user, set KAFKA_USERNAME and KAFKA_PASSWORD_FILE)'
        : '';
    throw new CommandError(
      `Kafka at ${brokers.join(', ')} ${what}: ${error.message}${hint}`,
      exitCode,
      undefined,
      { cause: error },
    );
  }
}
