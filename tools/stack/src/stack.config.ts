import { join } from 'node:path';
import { workspaceFolder } from '@tollgate/servers';
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
  if (faults.length > 0)
    throw new StackSettingsError(`Settings are wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  return {
    dataDir: given(environment, 'TOLLGATE_HOME') ?? join(workspaceFolder(), '.tollgate'),
    ports,
    lanes,
    topicPrefix: given(environment, 'KAFKA_TOPIC_PREFIX'),
    smtpUrl: given(environment, 'SMTP_URL'),
    mailFrom: given(environment, 'MAIL_FROM'),
    logLevel: given(environment, 'LOG_LEVEL'),
    machine: environment,
  };
}
