import kafkajs from 'kafkajs';
import { type KafkaConnection } from '../kafka-connection.js';
import { AccessRefusedError } from './access-refused-error.js';

const isNotLetIn = (error: unknown): boolean =>
  error instanceof kafkajs.KafkaJSSASLAuthenticationError ||
  (error instanceof Error && error.cause !== error && isNotLetIn(error.cause));

/** What the broker forbids, where that is what an error says; several topics make one error of several. */
function forbidden(error: unknown): Error | undefined {
  if (error instanceof kafkajs.KafkaJSAggregateError)
    return error.errors.map(forbidden).find((found) => found !== undefined);
  return error instanceof kafkajs.KafkaJSProtocolError && error.type.endsWith('_AUTHORIZATION_FAILED')
    ? error
    : undefined;
}

/**
 * An error of the client in words for people, where the broker refuses who asks; any other error as it is.
 */
export function refusalOf(error: unknown, { username, mechanism }: KafkaConnection): unknown {
  if (isNotLetIn(error)) {
    const how = (mechanism ?? 'scram-sha-512').toUpperCase();
    return new AccessRefusedError(
      `the broker does not let the user ${username ?? ''} in: there is no such user, the password is another one, or it does not sign in by ${how}`,
      { cause: error },
    );
  }
  const what = forbidden(error);
  return what === undefined
    ? error
    : new AccessRefusedError(
        `the broker forbids it${username === undefined ? '' : ` to the user ${username}`}: ${what.message}`,
        { cause: error },
      );
}
