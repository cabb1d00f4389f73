import { deadLetterTopic, retryTopic, SERVICES, type ServiceName } from '@tollgate/contracts';
import { type IncomingRecord } from '../incoming-record.js';
import { type KafkaConnection } from '../kafka-connection.js';
import { readTopic } from '../tail/follow-topic.js';
import { SILENT_LOGGER } from '../topics/silent-logger.js';
import { PermanentError } from '../permanent-error.js';
import { type DeadLetter } from './dead-letter.js';
import { placeOf } from './dead-letter-record.js';
import { parseDeadLetter } from './parse-dead-letter.js';

/** A dead letter with the record that it was read from. */
export interface FoundDeadLetter {
  readonly deadLetter: DeadLetter;
  readonly record: IncomingRecord;
}

/** The last record of each key. */
const lastByKey = (records: readonly IncomingRecord[]): Map<string | null, IncomingRecord> => {
  const last = new Map<string | null, IncomingRecord>();
  for (const record of records.toSorted((one, other) => one.time - other.time)) last.set(record.key, record);
  return last;
};

/** What a record of the service's dead letters says; one that says nothing is shown as what it is, never left out. */
function readDeadLetter(service: ServiceName, record: IncomingRecord): Omit<DeadLetter, 'state'> {
  try {
    return parseDeadLetter(record);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    const failedAt = new Date(record.time).toISOString();
    return { service, place: placeOf(record), reason: error.message, failedAt, origin: record };
  }
}

/** The dead letters of a service, each place once, as it failed last. */
export async function findDeadLetters(
  connection: KafkaConnection,
  service: ServiceName,
): Promise<FoundDeadLetter[]> {
  const read = (topic: string): Promise<IncomingRecord[]> =>
    readTopic({ connection, topic, logger: SILENT_LOGGER });
  const [failed, retried] = await Promise.all([read(deadLetterTopic(service)), read(retryTopic(service))]);
  const retries = lastByKey(retried);
  return [...lastByKey(failed).values()].map((record) => {
    const retry = retries.get(record.key);
    const state = retry !== undefined && retry.time >= record.time ? 'retried' : 'open';
    return { record, deadLetter: { ...readDeadLetter(service, record), state } };
  });
}

/**
 * Everything that the services could not digest, as far as it is kept, the latest failure last.
 * @param options.service one service only
 * @throws TransientError when the broker does not answer
 */
export async function listDeadLetters({
  connection,
  service,
}: {
  readonly connection: KafkaConnection;
  readonly service?: ServiceName;
}): Promise<DeadLetter[]> {
  const services = service === undefined ? SERVICES : [service];
  const found = await Promise.all(services.map((name) => findDeadLetters(connection, name)));
  return found
    .flat()
    .map(({ deadLetter }) => deadLetter)
    .toSorted((one, other) => one.failedAt.localeCompare(other.failedAt));
}
