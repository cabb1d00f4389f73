import { type Admin } from 'kafkajs';
import { kafkaClient } from '../kafka-client.js';
import { type KafkaConnection } from '../kafka-connection.js';
import { SILENT_LOGGER } from './silent-logger.js';

/**
 * One piece of work with a connection of its own to the broker, closed afterwards.
 * @throws what `work` throws, or an error of the client when the broker does not answer
 */
export async function withAdmin<T>(
  connection: KafkaConnection,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = kafkaClient(connection, SILENT_LOGGER).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
