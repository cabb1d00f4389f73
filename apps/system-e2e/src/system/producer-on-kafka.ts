import { type KafkaConnection, LaneSender, type OutgoingRecord } from '@tollgate/messaging';
import { type Stack } from '@tollgate/stack';
import { Registry } from 'prom-client';

const silent = () => undefined;
/** A log that nobody reads. */
export const NO_LOG = { debug: silent, info: silent, warn: silent, error: silent };

/** How the tests reach the broker of a stack: as its administrator, who may do everything, or as somebody else. */
export const connectionTo = (
  stack: Stack,
  as: Pick<KafkaConnection, 'username' | 'password' | 'mechanism'> = stack.kafkaAdmin,
): KafkaConnection => ({
  brokers: stack.brokers,
  clientId: 'system-e2e',
  username: as.username,
  password: as.password,
  mechanism: as.mechanism,
});

/** Writes records to topics, as whoever has the broker in their hands could, and returns once the broker has them. */
export async function writeRecords(stack: Stack, records: OutgoingRecord[]): Promise<void> {
  const sender = new LaneSender({ connection: connectionTo(stack), logger: NO_LOG, metrics: new Registry() });
  await sender.connect();
  try {
    await sender.send(records);
  } finally {
    await sender.disconnect();
  }
}
