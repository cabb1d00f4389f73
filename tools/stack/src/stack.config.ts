import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SASL_MECHANISMS } from '@tollgate/messaging';
import { workspaceFolder } from '@tollgate/servers';
import { type GivenKafka } from './kafka-access.js';
import { DEFAULT_PORTS, PORT_SETTINGS, type StackPorts } from './ports-of-stack.js';
import { type StackOptions } from './stack.js';

/** The settings of `npm start` are wrong; the message names all faults. */
export class StackSettingsError extends Error {
  override readonly name = 'StackSettingsError';
}

const LAST_PORT = 65_535;

function wholeNumber(text: string | undefined, from: number, to: number): number | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const number = Number(text);
  return number >= from && number <= to ? number : undefined;
}

const given = (environment: NodeJS.ProcessEnv, name: string): string | undefined => {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
};

/** How to get in at a broker that is given; undefined where it lets everybody in. */
function givenKafka(environment: NodeJS.ProcessEnv, faults: string[]): GivenKafka | undefined {
  const text = (name: string) => given(environment, name);
  const read = (name: string): string | undefined => {
    const file = text(name);
    if (file === undefined) return undefined;
    try {
      return readFileSync(file, 'utf8');
    } catch {
      faults.push(`${name} names a file that cannot be read`);
      return undefined;
    }
  };
  const username = text('KAFKA_USERNAME');
  const password = text('KAFKA_PASSWORD') ?? read('KAFKA_PASSWORD_FILE')?.trim();
  const caFile = text('KAFKA_TLS_CA_FILE');
  const ca = read('KAFKA_TLS_CA_FILE');
  const wanted = text('KAFKA_SASL_MECHANISM') ?? 'scram-sha-512';
  const mechanism = SASL_MECHANISMS.find((name) => name === wanted);
  if (mechanism === undefined)
    faults.push(`KAFKA_SASL_MECHANISM must be one of ${SASL_MECHANISMS.join(', ')}`);
  if ((username === undefined) !== (password === undefined))
    faults.push('KAFKA_USERNAME and KAFKA_PASSWORD_FILE are set together or not at all');
  const isEncrypted = text('KAFKA_TLS') === 'true';
  if (username === undefined && !isEncrypted) return undefined;
  return {
    ...(username === undefined ? {} : { username, password, mechanism }),
    ...(isEncrypted ? { tls: ca === undefined ? {} : { ca } } : {}),
    ...(caFile === undefined ? {} : { caFile }),
  };
}

/**
 * Reads the settings of `npm start` from the environment.
 *
 * @throws StackSettingsError that names every setting that is wrong, without its value
 */
export function stackConfig(environment: NodeJS.ProcessEnv): StackOptions {
  const faults: string[] = [];
  const number = (name: string, from: number, to: number, otherwise: number): number => {
    const text = given(environment, name);
    if (text === undefined) return otherwise;
    const value = wholeNumber(text, from, to);
    if (value === undefined) faults.push(`${name} must be a whole number from ${from} to ${to}`);
    return value ?? otherwise;
  };
  const port = (part: keyof StackPorts) => number(PORT_SETTINGS[part], 0, LAST_PORT, DEFAULT_PORTS[part]);
  const ports: StackPorts = {
    intake: port('intake'),
    router: port('router'),
    notifier: port('notifier'),
    guardrail: port('guardrail'),
    audit: port('audit'),
    kafka: port('kafka'),
    kafkaController: port('kafkaController'),
    postgres: port('postgres'),
    mailboxSmtp: port('mailboxSmtp'),
    mailboxWeb: port('mailboxWeb'),
    signIn: port('signIn'),
  };
  const taken = new Map<number, string>();
  for (const [part, value] of Object.entries(ports)) {
    const other = value === 0 ? undefined : taken.get(value);
    if (other !== undefined) faults.push(`${other} and ${part} are to listen on the same port, ${value}`);
    taken.set(value, part);
  }
  const lanes = number('KAFKA_LANES', 1, 1000, 4);
  const kafka =
    given(environment, 'KAFKA_BROKERS') === undefined ? undefined : givenKafka(environment, faults);
  const webhookPrivate = given(environment, 'PRODUCER_WEBHOOK_PRIVATE');
  if (faults.length > 0)
    throw new StackSettingsError(`Settings are wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  return {
    dataDir: given(environment, 'TOLLGATE_HOME') ?? join(workspaceFolder(), '.tollgate'),
    ports,
    lanes,
    givenKafka: kafka,
    topicPrefix: given(environment, 'KAFKA_TOPIC_PREFIX'),
    smtpUrl: given(environment, 'SMTP_URL'),
    mailFrom: given(environment, 'MAIL_FROM'),
    logLevel: given(environment, 'LOG_LEVEL'),
    ...(webhookPrivate === undefined
      ? {}
      : { environment: { intake: { PRODUCER_WEBHOOK_PRIVATE: webhookPrivate } } }),
    machine: environment,
  };
}
