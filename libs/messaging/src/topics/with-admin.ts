import { type Admin } from 'kafkajs';
import { refusalOf } from '../access/refusal-of.js';
import { kafkaClient } from '../kafka-client.js';
import { type KafkaConnection } from '../kafka-connection.js';
import { SILENT_LOGGER } from './silent-logger.js';

/**
 * One piece of work with a connection of its own to the broker, closed afterwards.
 * @throws AccessRefusedError where the broker does not let it in, or forbids what it does; else what `work` throws, or an
 * error of the client when the broker does not answer
 */
export async function withAdmin<T>(
  connection: KafkaConnection,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = kafkaClient(connection, SILENT_LOGGER).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw refusalOf(error, connection);
  } finally {
    await admin.disconnect();
  }
}
