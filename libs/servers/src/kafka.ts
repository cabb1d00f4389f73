import { rmSync } from 'node:fs';
import { startKafkaContainer } from './containers.js';
import { startEmbeddedKafka } from './embedded-kafka.js';
import { javaFault } from './kafka-jars.js';
import { NoServerError, START_ORDER, type Origin } from './origin.js';
import { claimPort } from './ports.js';
import { type BrokerAccounts } from './kafka-settings.js';
import { givenBrokers } from './servers.config.js';
import { containerFault } from './containers.js';

/** Where a local broker keeps its data and listens. */
export interface KafkaPlace {
  readonly dataDir: string;
  /** For clients. */
  readonly port: number;
  /** For the broker's own controller. */
  readonly controllerPort: number;
  /** Gives the start up, and stops what has been started. */
  readonly signal?: AbortSignal;
  /** Those whom it lets in from the start; without them it lets everybody in, to do everything. */
  readonly accounts?: BrokerAccounts;
  /** See `KafkaOptions.onPlaced`. */
  readonly onPlaced?: (brokers: string[]) => void;
}

/** What {@link startKafka} is told. */
export interface KafkaOptions {
  readonly dataDir: string;
  /** The port for clients; 0 takes any free one. Setting: KAFKA_PORT. */
  readonly port: number;
  /** The port of the KRaft controller; 0 takes any free one. Setting: KAFKA_CONTROLLER_PORT. */
  readonly controllerPort: number;
  /** Removes what an earlier run left in the data folder. */
  readonly fresh?: boolean;
  /** Which way is tried first; default {@link START_ORDER}. */
  readonly order?: readonly Origin[];
  /** Gives the start up, and stops what has been started. */
  readonly signal?: AbortSignal;
  /**
   * Those whom it lets in from the start, with passwords in letters, digits, `-` and `_`; without them it lets everybody
   * in, to do everything. Of no effect on a broker that is given.
   */
  readonly accounts?: BrokerAccounts;
  /** Told where a broker that is a process of this machine will be reached, before it takes requests. */
  readonly onPlaced?: (brokers: string[]) => void;
}

/** A broker that takes requests. */
export interface RunningKafka {
  /** `host:port`, for clients. */
  readonly brokers: string[];
  readonly origin: Origin;
  /** The process of the broker, when it is one of ours. */
  readonly pid?: number;
  /** Settles when the broker's process has ended, when it is one of ours. */
  readonly ended?: Promise<unknown>;
  /** Stops the broker, unless it was given; its data stays. */
  stop(): Promise<void>;
}

/**
 * Finds or starts a Kafka broker: KAFKA_BROKERS, the real broker as a Java process, or the same in a container.
 *
 * @throws NoServerError when this machine has no way to run one; its message says what to install
 * @throws PortInUseError when another program listens on a port
 */
export async function startKafka(options: KafkaOptions): Promise<RunningKafka> {
  const reasons: string[] = [];
  const claimed = async (): Promise<KafkaPlace> => {
    if (options.fresh) rmSync(options.dataDir, { recursive: true, force: true });
    return {
      dataDir: options.dataDir,
      signal: options.signal,
      accounts: options.accounts,
      onPlaced: options.onPlaced,
      port: await claimPort('Kafka', options.port, 'KAFKA_PORT'),
      controllerPort: await claimPort("Kafka's controller", options.controllerPort, 'KAFKA_CONTROLLER_PORT'),
    };
  };
  for (const origin of options.order ?? START_ORDER) {
    if (origin === 'given') {
      const brokers = givenBrokers();
      if (brokers !== undefined) return { brokers, origin, stop: async () => undefined };
      reasons.push('name a running broker: KAFKA_BROKERS=host:9092');
    } else if (origin === 'embedded') {
      const fault = await javaFault();
      if (fault === undefined) return startEmbeddedKafka(await claimed());
      reasons.push(fault);
    } else {
      const fault = await containerFault();
      if (fault === undefined) return startKafkaContainer(await claimed());
      reasons.push(fault);
    }
  }
  throw new NoServerError('Kafka broker', reasons);
}
