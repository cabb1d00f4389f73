import { SERVICES, type ServiceName } from './services.js';
import { INBOUND_PREFIX, inboundTopic, inboundTopicDefinition, TOPICS } from './topics.js';

/** Who signs in at the broker as somebody of Tollgate: a service, or the operators with their command line. */
export const KAFKA_USERS = [...SERVICES, 'operators'] as const;
export type KafkaUserName = (typeof KAFKA_USERS)[number];

/** The broker's administrator of the local stacks: makes topics, users and rights, and may do everything. */
export const KAFKA_ADMIN = 'admin';

/** As whom a producer signs in at the broker: no name of a producer has a dot, so none can be that of a service. */
export const kafkaUserOfProducer = (producer: string): string => `producer.${producer}`;

/** What the names of the consumer groups begin with in which somebody reads a topic by themselves, from its first record. */
export const tailGroups = (reader: string): string => `${reader}.tail.`;

/** What somebody may do at the broker with what is named. */
export interface Right {
  readonly resource: 'topic' | 'group';
  readonly name: string;
  /** `prefix`: everything whose name begins like this; `*` is not special. */
  readonly match: 'exact' | 'prefix';
  readonly operations: readonly ('read' | 'write' | 'create' | 'delete' | 'describe' | 'describe-configs')[];
}

const EVERYTHING = '';

/** Everybody checks at the start that the topics are as they must be. */
const DESCRIBES: Right = {
  resource: 'topic',
  name: EVERYTHING,
  match: 'prefix',
  operations: ['describe', 'describe-configs'],
};

const mayWrite = (user: KafkaUserName): Right[] =>
  TOPICS.filter(({ writer }) => writer === user).map(({ name }) => ({
    resource: 'topic',
    name,
    match: 'exact',
    operations: ['write'],
  }));

const mayRead = (user: KafkaUserName): Right[] => [
  // A service may read what it wrote itself: its database is held against that, and repaired from it.
  ...TOPICS.filter(({ readers, writer }) => writer === user || readers.includes(user)).map(
    ({ name }): Right => ({
      resource: 'topic',
      name,
      match: 'exact',
      operations: ['read'],
    }),
  ),
  ...(inboundTopicDefinition('any').readers.includes(user)
    ? [
        {
          resource: 'topic',
          name: INBOUND_PREFIX,
          match: 'prefix',
          // Whoever registers producers makes their topics.
          operations: user === 'intake' ? ['read', 'create'] : ['read'],
        } satisfies Right,
      ]
    : []),
];

const ownTails = (user: KafkaUserName): Right => ({
  resource: 'group',
  name: tailGroups(user),
  match: 'prefix',
  operations: ['read', 'delete'],
});

const group = (service: ServiceName, operation: 'read' | 'describe'): Right => ({
  resource: 'group',
  name: service,
  match: 'exact',
  operations: [operation],
});

/**
 * Everything that a user may do at the broker, made from `TOPICS`: what is not here is forbidden. Names are logical.
 * Topics but those of producers are made by the administrator.
 */
export const rightsOf = (user: KafkaUserName): Right[] => [
  DESCRIBES,
  ...mayWrite(user),
  ...mayRead(user),
  ownTails(user),
  ...(user === 'operators' ? SERVICES.map((service) => group(service, 'describe')) : [group(user, 'read')]),
];

/** Everything that a producer may do at the broker: write to its own inbound topic. */
export const rightsOfProducer = (producer: string): Right[] => [
  { resource: 'topic', name: inboundTopic(producer), match: 'exact', operations: ['write'] },
];
