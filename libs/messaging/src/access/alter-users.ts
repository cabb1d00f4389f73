import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { type Cluster } from 'kafkajs';
import { kafkaClient } from '../kafka-client.js';
import { type KafkaConnection } from '../kafka-connection.js';
import { laneAssigner } from '../lanes/lane-assigner.js';
import { SILENT_LOGGER } from '../topics/silent-logger.js';
import { refusalOf } from './refusal-of.js';
import {
  demandDone,
  type ScramChanges,
  type ScramCredential,
  scramProtocol,
  type ScramResult,
} from './scram-request.js';

const derive = promisify(pbkdf2);

/** The fewest that Kafka accepts. Passwords here are 32 random bytes: more would cost every connection time for nothing. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;
const KEY_BYTES = 64;

/** What a broker of kafkajs can do beyond what its types say. */
interface Sending {
  readonly connectionPool: {
    send(protocol: ReturnType<typeof scramProtocol>): Promise<ScramResult[]>;
  };
}

const isSending = (broker: unknown): broker is Sending =>
  broker !== null &&
  typeof broker === 'object' &&
  'connectionPool' in broker &&
  broker.connectionPool !== null &&
  typeof broker.connectionPool === 'object' &&
  'send' in broker.connectionPool &&
  typeof broker.connectionPool.send === 'function';

async function credentialOf({
  name,
  password,
}: {
  readonly name: string;
  readonly password: string;
}): Promise<ScramCredential> {
  const salt = randomBytes(SALT_BYTES);
  const saltedPassword = await derive(password, salt, ITERATIONS, KEY_BYTES, 'sha512');
  return { user: name, salt, saltedPassword, iterations: ITERATIONS };
}

async function send(connection: KafkaConnection, changes: ScramChanges): Promise<void> {
  let cluster: Cluster | undefined;
  // kafkajs shows what it speaks with to assigners alone; this consumer never reads.
  const consumer = kafkaClient(connection, SILENT_LOGGER).consumer({
    groupId: `${connection.clientId}.users`,
    partitionAssigners: [laneAssigner((found) => (cluster = found))],
  });
  try {
    await consumer.connect();
  } catch (error) {
    throw refusalOf(error, connection);
  }
  try {
    await cluster?.refreshMetadata();
    const controller: unknown = await cluster?.findControllerBroker();
    if (!isSending(controller)) throw new Error('this version of kafkajs cannot be asked to change users');
    demandDone(await controller.connectionPool.send(scramProtocol(changes)));
  } finally {
    await consumer.disconnect();
  }
}

/**
 * Makes users that sign in with SCRAM-SHA-512, or gives those that exist another password.
 * @param connection of an administrator of the broker
 * @param users physical names, and passwords in ASCII
 * @throws AccessRefusedError where the broker refuses, an error of the client where it does not answer
 */
export async function putUsers(
  connection: KafkaConnection,
  users: readonly { readonly name: string; readonly password: string }[],
): Promise<void> {
  if (users.length === 0) return;
  await send(connection, { upsertions: await Promise.all(users.map(credentialOf)), deletions: [] });
}

/**
 * Removes users; one that does not exist is no fault. Connections that they have stay, without any rights that are taken
 * from them.
 * @throws as `putUsers`
 */
export const removeUsers = (connection: KafkaConnection, names: readonly string[]): Promise<void> =>
  send(connection, { upsertions: [], deletions: names });
