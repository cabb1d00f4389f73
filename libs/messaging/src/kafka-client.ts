import kafkajs, { type Kafka, type KafkaConfig, type logCreator, type LogEntry } from 'kafkajs';
import { type KafkaConnection } from './kafka-connection.js';
import { type LanesLogger } from './lanes-logger.js';
import { quietRequestQueue } from './quiet-request-queue.js';
import { zstandard } from './zstandard.js';

quietRequestQueue();
/** How large requests are packed. Every client here reads it. */
export const ZSTANDARD = zstandard();

/** How long kafkajs itself tries again before it reports a failure; what comes after is decided here. */
export const CLIENT_RETRY = {
  initialRetryTime: 50,
  maxRetryTime: 1_000,
  multiplier: 2,
  factor: 0.2,
  retries: 4,
};

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 15_000;

/** kafkajs speaks of every lost connection at `error`; whether it matters is known here, so there it is a detail. */
const logInto =
  (logger: LanesLogger): logCreator =>
  () =>
  ({ namespace, level, log }: LogEntry) => {
    const { message, timestamp: _timestamp, logger: _library, stack: _stack, ...fields } = log;
    const write = level === kafkajs.logLevel.WARN ? 'info' : 'debug';
    logger[write]({ kafka: namespace, ...fields }, message);
  };

function saslOf({
  username,
  password,
  mechanism = 'scram-sha-512',
}: KafkaConnection): Pick<KafkaConfig, 'sasl'> {
  if (username === undefined || password === undefined) return {};
  const account = { username, password };
  // One at a time: each mechanism is a type of its own.
  switch (mechanism) {
    case 'scram-sha-512':
      return { sasl: { mechanism, ...account } };
    case 'scram-sha-256':
      return { sasl: { mechanism, ...account } };
    case 'plain':
      return { sasl: { mechanism, ...account } };
  }
}

/** A client of the broker, not yet connected. */
export function kafkaClient(connection: KafkaConnection, logger: LanesLogger): Kafka {
  return new kafkajs.Kafka({
    brokers: [...connection.brokers],
    clientId: connection.clientId,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: CLIENT_RETRY,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: logInto(logger),
    ...(connection.tls === undefined
      ? {}
      : { ssl: connection.tls.ca === undefined ? true : { ca: [connection.tls.ca] } }),
    ...saslOf(connection),
  });
}
