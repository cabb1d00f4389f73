import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandError } from './command-error.js';
import {
  type Credentials,
  type KafkaCredential,
  MECHANISMS,
  parseCredentials,
} from './connection/credentials.js';
import { EXIT_CODE } from './exit-code.js';

/** The environment, as `process.env` holds it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the commands need to know of the system they speak to. */
export interface Settings extends Credentials {
  /** The file that the settings came from, where the local stack wrote one. */
  readonly credentialsFile?: string;
}

const LOCAL: Credentials = {
  intakeUrl: 'http://127.0.0.1:4100',
  notifierUrl: 'http://127.0.0.1:4200',
  auditUrl: 'http://127.0.0.1:4300',
  routerUrl: 'http://127.0.0.1:4400',
  guardrailUrl: 'http://127.0.0.1:4500',
  brokers: ['127.0.0.1:9092'],
  lanes: 4,
};

function fromFile(file: string): Partial<Credentials> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} cannot be read`, EXIT_CODE.usage, undefined, { cause: error });
  }
  return parseCredentials(text, file);
}

const given = (environment: Environment, name: string): string | undefined => {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
};

const defined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

function lanesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const lanes = Number(text);
  if (Number.isInteger(lanes) && lanes > 0) return lanes;
  throw new CommandError('KAFKA_LANES must be a whole number above 0', EXIT_CODE.usage);
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((broker) => other.includes(broker));

/** What gets in at one broker must not be shown to another. */
function forBrokers(
  { kafka, kafkaAdmin, kafkaTls, ...found }: Partial<Credentials>,
  brokers: readonly string[] | undefined,
): Partial<Credentials> {
  if (brokers !== undefined && !isSame(brokers, found.brokers ?? [])) return found;
  return { ...found, ...defined({ kafka, kafkaAdmin, kafkaTls }) };
}

/** The settings whose names begin with `KAFKA_` or `KAFKA_ADMIN_`: as whom to sign in at the broker. */
function kafkaCredential(
  text: (name: string) => string | undefined,
  prefix: string,
): KafkaCredential | undefined {
  const username = text(`${prefix}USERNAME`);
  const file = text(`${prefix}PASSWORD_FILE`);
  const password =
    file === undefined ? text(`${prefix}PASSWORD`) : readSetting(`${prefix}PASSWORD_FILE`, file);
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined)
    throw new CommandError(
      `${prefix}USERNAME and ${prefix}PASSWORD_FILE are set together or not at all`,
      EXIT_CODE.usage,
    );
  const wanted = text(`${prefix}SASL_MECHANISM`) ?? 'scram-sha-512';
  const mechanism = MECHANISMS.find((name) => name === wanted);
  if (mechanism === undefined)
    throw new CommandError(
      `${prefix}SASL_MECHANISM must be one of ${MECHANISMS.join(', ')}`,
      EXIT_CODE.usage,
    );
  return { username, password, mechanism };
}

function readSetting(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new CommandError(`${name} names a file that cannot be read`, EXIT_CODE.usage, undefined, {
      cause: error,
    });
  }
}

/**
 * The settings: the environment first, then `credentials.json` of the local stack (in `.tollgate`, or in the
 * folder that TOLLGATE_HOME names), then the local stack's ports.
 * @param folder where `.tollgate` is looked for
 * @throws CommandError when the file or a setting cannot be used
 */
export function loadSettings(environment: Environment = process.env, folder = process.cwd()): Settings {
  const home = given(environment, 'TOLLGATE_HOME');
  const file = join(
    home === undefined ? join(folder, '.tollgate') : resolve(folder, home),
    'credentials.json',
  );
  const found = existsSync(file);
  const text = (name: string) => given(environment, name);
  const brokers = text('KAFKA_BROKERS')
    ?.split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  return {
    ...LOCAL,
    ...(found ? { ...forBrokers(fromFile(file), brokers), credentialsFile: file } : {}),
    ...defined({
      intakeUrl: text('TOLLGATE_INTAKE_URL'),
      notifierUrl: text('TOLLGATE_NOTIFIER_URL'),
      auditUrl: text('TOLLGATE_AUDIT_URL'),
      routerUrl: text('TOLLGATE_ROUTER_URL'),
      guardrailUrl: text('TOLLGATE_GUARDRAIL_URL'),
      mailboxUrl: text('TOLLGATE_MAILBOX_URL'),
      producerKey: text('TOLLGATE_API_KEY'),
      operatorKey: text('TOLLGATE_OPERATOR_KEY'),
      ledgerReaderKey: text('TOLLGATE_READER_KEY'),
      brokers,
      lanes: lanesOf(text('KAFKA_LANES')),
      kafka: kafkaCredential(text, 'KAFKA_'),
      kafkaAdmin: kafkaCredential(text, 'KAFKA_ADMIN_'),
      kafkaTls: text('KAFKA_TLS') === 'true' ? defined({ caFile: text('KAFKA_TLS_CA_FILE') }) : undefined,
      topicPrefix: text('KAFKA_TOPIC_PREFIX'),
    }),
  };
}

/** Whether to write colours to a stream: a terminal, and no word against it (https://no-color.org). */
export const wantsColour = (
  stream: { readonly isTTY?: boolean },
  environment: Environment = process.env,
): boolean =>
  stream.isTTY === true && given(environment, 'NO_COLOR') === undefined && environment['TERM'] !== 'dumb';
