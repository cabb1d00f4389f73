import kafkajs from 'kafkajs';

const AWAY = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSLockTimeout',
]);

/** True for an error that says no more than that the broker cannot be reached, or is not ready, at the moment. */
export function isBrokerAway(error: unknown): boolean {
  if (!(error instanceof kafkajs.KafkaJSError)) return false;
  if (AWAY.has(error.name)) return true;
  if (error instanceof kafkajs.KafkaJSProtocolError && error.retriable) return true;
  return error.cause !== error && isBrokerAway(error.cause);
}
