import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';
import { type Settings } from '../cli.config.js';

const isOfClient = (error: unknown): boolean => error instanceof Error && error.name.startsWith('KafkaJS');

/**
 * Runs something that speaks to the broker.
 * @throws CommandError with exit code 69 when the broker does not answer
 */
export async function askBroker<T>({ brokers }: Settings, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isOfClient(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `Kafka is not reachable at ${brokers.join(', ')}: ${why}`,
      EXIT_CODE.unreachable,
      undefined,
      { cause: error },
    );
  }
}
