/** How to reach the broker, and which names belong to this system. */
export interface KafkaConnection {
  /** `host:port` of one or more brokers. */
  readonly brokers: readonly string[];
  /** Who this is, for the broker's logs and quotas: the service's name. */
  readonly clientId: string;
  /** SASL SCRAM-SHA-512; both or neither. */
  readonly username?: string;
  readonly password?: string;
  /** Put before every topic's and group's name on the broker; everybody else sees the logical names. */
  readonly topicPrefix?: string;
}

/** The name of a topic (or consumer group) on the broker. */
export const physicalName = (connection: KafkaConnection, logical: string): string =>
  `${connection.topicPrefix ?? ''}${logical}`;

/** The logical name of a topic of the broker; undefined for one that is not of this system. */
export function logicalName(connection: KafkaConnection, physical: string): string | undefined {
  const prefix = connection.topicPrefix ?? '';
  return physical.startsWith(prefix) ? physical.slice(prefix.length) : undefined;
}
