import { type ServiceName } from '@tollgate/contracts';
import { type KafkaConnection } from '@tollgate/messaging';
import { type Origin } from '@tollgate/servers';
import { type StackCredentials } from './credentials.js';
import { type GivenKafka } from './kafka-access.js';
import { type StackPorts } from './ports-of-stack.js';
import { type RoleUrls } from './stack-databases.js';

/** What {@link startStack} is told. */
export interface StackOptions {
  /** The folder for all that outlives the stack. */
  readonly dataDir: string;
  /** Where the parts listen; what is not named keeps its default. */
  readonly ports?: Partial<StackPorts>;
  /** Partitions of the stage topics; default 4. Never to be changed on existing data. */
  readonly lanes?: number;
  /** Put before every topic's and group's name, where several systems share a broker. */
  readonly topicPrefix?: string;
  /** Begins without the data of earlier starts. */
  readonly fresh?: boolean;
  /** Where broker and database come from; default {@link START_ORDER}. */
  readonly order?: readonly Origin[];
  /** How to get in at a broker that is given, as its administrator; it lets everybody in unless told. */
  readonly givenKafka?: GivenKafka;
  /** A mail server of one's own; the stack has no mailbox then. */
  readonly smtpUrl?: string;
  /** Sender of all mails. */
  readonly mailFrom?: string;
  /** Default `info`. */
  readonly logLevel?: string;
  /** Settings for single services, over those that the stack gives. */
  readonly environment?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** More flags of Node.js for the services, as for a profile. */
  readonly nodeFlags?: readonly string[];
  /** The caller's environment, of which only what every program of the machine needs is passed on. */
  readonly machine?: NodeJS.ProcessEnv;
  /** Takes the lines that tell people what is going on. */
  readonly onLine?: (line: string) => void;
  /** Gives the start up: what has been started is stopped, and the start rejects. */
  readonly signal?: AbortSignal;
}

/** A part of the stack that is a process. */
export type StackPart = ServiceName | 'kafka' | 'postgres' | 'mailbox' | 'sign-in';

/** A running system: five services, and under them a broker, a database, a mailbox and an OpenID provider. */
export interface Stack {
  readonly dataDir: string;
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** The mailbox's page and its mails as JSON; nothing where mail goes to a server of one's own. */
  readonly mailbox?: { readonly webUrl: string; readonly apiUrl: string };
  /** Where people sign in. */
  readonly signInUrl: string;
  readonly brokers: readonly string[];
  readonly lanes: number;
  readonly topicPrefix?: string;
  /** How the broker's administrator gets in. */
  readonly kafkaAdmin: KafkaConnection;
  /** For each database role the URL with which it connects, and the administrator's. */
  readonly databaseUrls: RoleUrls & { readonly administrator: string };
  readonly credentials: StackCredentials;
  /** The process of a part, or nothing while there is none, and where the part is not ours. */
  pid(part: StackPart): number | undefined;
  /** Waits until a service takes requests. */
  ready(service: ServiceName): Promise<void>;
  /** Sends a signal to a service. It is started again when it ends, as it would be after any other death. */
  kill(service: ServiceName, signal: NodeJS.Signals): Promise<void>;
  /** Stops a service cleanly and starts it anew; returns when it is ready. */
  restart(service: ServiceName): Promise<void>;
  /** Kills the broker with SIGKILL; it stays dead until {@link startBroker}. */
  killBroker(): Promise<void>;
  startBroker(): Promise<void>;
  /** Kills the OpenID provider with SIGKILL; it stays dead until {@link startSignIn}. */
  killSignIn(): Promise<void>;
  startSignIn(): Promise<void>;
  /** Kills all parts with SIGKILL, as a power cut would. The data can be used by a new stack. */
  killEverything(): Promise<void>;
  /** Stops services, then broker, mailbox and sign-in, then the database. */
  stop(): Promise<void>;
}
