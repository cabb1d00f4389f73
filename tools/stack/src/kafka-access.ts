import {
  KAFKA_ADMIN,
  KAFKA_USERS,
  kafkaUserOfProducer,
  rightsOf,
  rightsOfProducer,
} from '@tollgate/contracts';
import { grantAccess, type KafkaAccount, type KafkaConnection, physicalName } from '@tollgate/messaging';
import { type Origin } from '@tollgate/servers';
import { type KafkaCredential, type StackCredentials } from './credentials.js';
import { DEMO_PRODUCER } from './demo-producer.js';
import { type StackSecrets } from './stack-secrets.js';

/** How `npm start` reaches a broker that it was given, as that broker's administrator. */
export interface GivenKafka extends Pick<KafkaConnection, 'username' | 'password' | 'mechanism' | 'tls'> {
  /** The file that `tls.ca` came from. */
  readonly caFile?: string;
}

type Passwords = Pick<StackSecrets, 'kafkaPasswords'>;

const passwordOf = ({ kafkaPasswords }: Passwords, user: string): string => {
  const password = kafkaPasswords[user];
  if (password === undefined) throw new Error(`there is no password for ${user} at the broker`);
  return password;
};

/** How the stack itself reaches the broker: as its administrator, or as anybody where it was given one without users. */
export function administratorConnection(
  broker: {
    readonly brokers: readonly string[];
    readonly origin: Origin;
    readonly topicPrefix?: string;
    readonly given?: GivenKafka;
  },
  secrets: Passwords,
): KafkaConnection {
  const { brokers, origin, topicPrefix, given } = broker;
  const place = { brokers, clientId: 'stack', ...(topicPrefix === undefined ? {} : { topicPrefix }) };
  if (origin !== 'given')
    return {
      ...place,
      username: KAFKA_ADMIN,
      password: passwordOf(secrets, KAFKA_ADMIN),
      mechanism: 'plain',
    };
  if (given === undefined) return place;
  const { caFile: _caFile, ...how } = given;
  return { ...place, ...how };
}

/** Whether the broker knows users: one that was given without any lets everybody in. */
export const hasUsers = ({ username }: KafkaConnection): boolean => username !== undefined;

/** Makes the users of the services, the operators and the demo's producer, with the rights that the topics give them. */
export async function makeKafkaUsers(administrator: KafkaConnection, secrets: Passwords): Promise<void> {
  const producer = kafkaUserOfProducer(DEMO_PRODUCER.name);
  const accounts: KafkaAccount[] = [
    ...KAFKA_USERS.map((user) => ({ user, password: passwordOf(secrets, user), rights: rightsOf(user) })),
    {
      user: producer,
      password: passwordOf(secrets, producer),
      rights: rightsOfProducer(DEMO_PRODUCER.name),
    },
  ];
  await grantAccess(administrator, accounts);
}

/** As whom others than the services sign in at the broker, for `credentials.json`. */
export function kafkaCredentials(
  administrator: KafkaConnection,
  secrets: Passwords,
  caFile?: string,
): Pick<StackCredentials, 'kafka' | 'kafkaAdmin' | 'producerKafka' | 'kafkaTls'> {
  const { username, password, mechanism = 'scram-sha-512', tls } = administrator;
  const encrypted = tls === undefined ? {} : { kafkaTls: caFile === undefined ? {} : { caFile } };
  if (username === undefined || password === undefined) return encrypted;
  const credential = (user: string): KafkaCredential => ({
    username: physicalName(administrator, user),
    password: passwordOf(secrets, user),
    mechanism: 'scram-sha-512',
  });
  return {
    ...encrypted,
    kafka: credential('operators'),
    kafkaAdmin: { username, password, mechanism },
    producerKafka: credential(kafkaUserOfProducer(DEMO_PRODUCER.name)),
  };
}
