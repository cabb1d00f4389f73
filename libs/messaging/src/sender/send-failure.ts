import kafkajs from 'kafkajs';

/** What a failed send means: for the records in it, for the service, or nothing but that it goes again. */
export type SendFailure = 'record' | 'forbidden' | 'passing';

const RECORD_FAULTS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'CORRUPT_MESSAGE',
]);
const FORBIDDEN = new Set(['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']);

const protocolType = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof kafkajs.KafkaJSProtocolError) return error.type;
  return error.cause === error ? undefined : protocolType(error.cause);
};

/** Sorts the error of a produce request. Whatever is not known to be final is taken to pass. */
export function sendFailureOf(error: unknown): SendFailure {
  const type = protocolType(error);
  if (type !== undefined && RECORD_FAULTS.has(type)) return 'record';
  return type !== undefined && FORBIDDEN.has(type) ? 'forbidden' : 'passing';
}
