/** How one signs in at a broker: by a password that never crosses the wire (RFC 5802), or one that does (RFC 4616). */
export const SASL_MECHANISMS = ['scram-sha-512', 'scram-sha-256', 'plain'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** How to reach the broker, and which names belong to this system. */
export interface KafkaConnection {
  /** `host:port` of one or more brokers. */
  readonly brokers: readonly string[];
  /** Who this is, for the broker's logs and quotas: the service's name. */
  readonly clientId: string;
  /** As whom to sign in (SASL); both or neither. */
  readonly username?: string;
  readonly password?: string;
  /** How; `scram-sha-512` unless told. */
  readonly mechanism?: SaslMechanism;
  /** Encrypted, and the broker proves who it is: by these certificates (PEM), or by those that the machine trusts. */
  readonly tls?: { readonly ca?: string };
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
