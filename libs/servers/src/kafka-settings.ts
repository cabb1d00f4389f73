import { LOCAL_HOST } from './ports.js';

/** What differs from one local broker to the next. */
export interface BrokerPlace {
  /** Where clients connect. */
  readonly port: number;
  /** Where the broker speaks with itself as KRaft controller. */
  readonly controllerPort: number;
  /** The folder of the logs of all topics. */
  readonly logFolder: string;
  /** Lets nobody in without a user. */
  readonly guarded?: boolean;
  /** The broker that kept these logs before was killed. */
  readonly afterKill?: boolean;
}

/** Those who have a user at the broker from the start: the broker itself, and who makes all other users. */
export interface BrokerAccounts {
  readonly broker: string;
  /** The password of the administrator, `admin`. */
  readonly admin: string;
}

/** As large as the largest record that any topic accepts, in bytes: a batch of events of the largest accepted body. */
const MAX_MESSAGE_BYTES = 9 * 1024 * 1024;

/**
 * The settings of a local broker, wherever it runs: KRaft, alone, topics only as they are explicitly created, and no
 * waiting for more members when a consumer group forms.
 */
export const BROKER_SETTINGS: Readonly<Record<string, string>> = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'inter.broker.listener.name': 'CLIENT',
  'auto.create.topics.enable': 'false',
  'default.replication.factor': '1',
  'min.insync.replicas': '1',
  // One broker can hold one replica; the defaults of three would leave groups without a coordinator.
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
  // A broker that was killed may come back once its own controller takes it for gone: after 9 s unless told.
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
  'message.max.bytes': String(MAX_MESSAGE_BYTES),
  'log.cleaner.enable': 'true',
  'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
  'num.network.threads': '2',
  'num.io.threads': '4',
  'unstable.api.versions.enable': 'false',
};

/**
 * What a broker that lets nobody in without a user has beyond these settings. Users sign in with SCRAM-SHA-512, and may
 * do what they were given the right to. The broker and its administrator are in its own files and sign in with PLAIN: so
 * the administrator gets in before there is any user, also on data that was written before there were users.
 */
export const GUARDED_SETTINGS: Readonly<Record<string, string>> = {
  'listener.security.protocol.map': 'CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT',
  'sasl.enabled.mechanisms': 'SCRAM-SHA-512,PLAIN',
  'sasl.mechanism.inter.broker.protocol': 'PLAIN',
  'sasl.mechanism.controller.protocol': 'PLAIN',
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': 'false',
  'super.users': 'User:broker;User:admin',
};

/** The same, sooner, where a broker is known to have been killed: its start would have to wait for nothing else. */
const AFTER_KILL_SETTINGS: Readonly<Record<string, string>> = {
  'broker.session.timeout.ms': '1000',
  'broker.heartbeat.interval.ms': '250',
};

/** @returns a JAAS configuration, as the broker takes it by `java.security.auth.login.config`; it holds passwords */
export const jaasSettings = ({ broker, admin }: BrokerAccounts): string => `KafkaServer {
  org.apache.kafka.common.security.scram.ScramLoginModule required
    username="broker" password="${broker}";
  org.apache.kafka.common.security.plain.PlainLoginModule required
    username="broker" password="${broker}" user_broker="${broker}" user_admin="${admin}";
};
`;

/** @returns the text of server.properties for a broker that runs on this machine */
export function serverProperties(place: BrokerPlace): string {
  const { port, controllerPort, logFolder, guarded = false, afterKill = false } = place;
  const settings = {
    ...BROKER_SETTINGS,
    ...(guarded ? GUARDED_SETTINGS : {}),
    ...(afterKill ? AFTER_KILL_SETTINGS : {}),
    listeners: `CLIENT://${LOCAL_HOST}:${port},CONTROLLER://${LOCAL_HOST}:${controllerPort}`,
    'advertised.listeners': `CLIENT://${LOCAL_HOST}:${port}`,
    'controller.quorum.voters': `1@${LOCAL_HOST}:${controllerPort}`,
    // In a properties file a backslash begins an escape.
    'log.dirs': logFolder.replaceAll('\\', '/'),
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** @returns a log4j2 configuration that writes warnings, and the few lines that tell of start and stop, to a file */
export function logSettings(logFile: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="WARN">
  <Appenders>
    <RollingFile name="file" fileName="${logFile}" filePattern="${logFile}.%i">
      <PatternLayout pattern="%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %p %c{1} %m%n"/>
      <Policies><SizeBasedTriggeringPolicy size="10 MB"/></Policies>
      <DefaultRolloverStrategy max="2"/>
    </RollingFile>
  </Appenders>
  <Loggers>
    <Logger name="kafka.server.KafkaRaftServer" level="INFO"/>
    <Logger name="org.apache.kafka" level="WARN"/>
    <Root level="WARN"><AppenderRef ref="file"/></Root>
  </Loggers>
</Configuration>
`;
}
