import { type ServiceName } from '@tollgate/contracts';
import { Registry } from 'prom-client';
import { type KafkaConnection } from '../kafka-connection.js';
import { PermanentError } from '../permanent-error.js';
import { LaneSender } from '../sender/lane-sender.js';
import { SILENT_LOGGER } from '../topics/silent-logger.js';
import { type DeadLetter } from './dead-letter.js';
import { retryOf } from './dead-letter-record.js';
import { findDeadLetters } from './list-dead-letters.js';

/**
 * Hands a dead letter back to its service, by a copy on `<service>.retry`. The service reads it as the record that it
 * was, at the place where it was.
 * @param options.place `<origin topic>-<partition>-<offset>`, as `listDeadLetters` names it
 * @returns the dead letter as it was before
 * @throws PermanentError when the service has no dead letter of that place
 * @throws TransientError when the broker does not answer
 */
export async function retryDeadLetter({
  connection,
  service,
  place,
}: {
  readonly connection: KafkaConnection;
  readonly service: ServiceName;
  readonly place: string;
}): Promise<DeadLetter> {
  const found = (await findDeadLetters(connection, service)).find(
    ({ deadLetter }) => deadLetter.place === place,
  );
  if (found === undefined) throw new PermanentError(`${service} has no dead letter of ${place}`);
  const sender = new LaneSender({ connection, logger: SILENT_LOGGER, metrics: new Registry() });
  try {
    await sender.send([retryOf(found.record, service)]);
  } finally {
    await sender.disconnect();
  }
  return found.deadLetter;
}
