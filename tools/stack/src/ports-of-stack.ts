import { claimPort } from '@tollgate/servers';
import { type ServiceName } from '@tollgate/contracts';

/** Everything of the stack that listens, and where; 0 takes any free port. */
export interface StackPorts {
  readonly intake: number;
  readonly router: number;
  readonly notifier: number;
  readonly guardrail: number;
  readonly audit: number;
  readonly kafka: number;
  readonly kafkaController: number;
  readonly postgres: number;
  readonly mailboxSmtp: number;
  readonly mailboxWeb: number;
  readonly signIn: number;
}

/** The ports of `npm start`. */
export const DEFAULT_PORTS: StackPorts = {
  intake: 4100,
  notifier: 4200,
  audit: 4300,
  router: 4400,
  guardrail: 4500,
  kafka: 9092,
  kafkaController: 9093,
  // Not 5432, where a Postgres of one's own is likely; and below the ports that systems give to outgoing connections.
  postgres: 25432,
  mailboxSmtp: 1025,
  mailboxWeb: 1080,
  signIn: 4600,
};

/** Free ports for everything: for tests and benchmarks, which run beside a stack of `npm start`. */
export const ANY_PORTS: StackPorts = {
  intake: 0,
  router: 0,
  notifier: 0,
  guardrail: 0,
  audit: 0,
  kafka: 0,
  kafkaController: 0,
  postgres: 0,
  mailboxSmtp: 0,
  mailboxWeb: 0,
  signIn: 0,
};

/** The environment setting that chooses each port. */
export const PORT_SETTINGS: Readonly<Record<keyof StackPorts, string>> = {
  intake: 'INTAKE_PORT',
  router: 'ROUTER_PORT',
  notifier: 'NOTIFIER_PORT',
  guardrail: 'GUARDRAIL_PORT',
  audit: 'AUDIT_PORT',
  kafka: 'KAFKA_PORT',
  kafkaController: 'KAFKA_CONTROLLER_PORT',
  postgres: 'POSTGRES_PORT',
  mailboxSmtp: 'MAILBOX_SMTP_PORT',
  mailboxWeb: 'MAILBOX_WEB_PORT',
  signIn: 'SIGN_IN_PORT',
};

/** The five services, in the order of the road. */
export const SERVICE_NAMES: readonly ServiceName[] = ['intake', 'router', 'notifier', 'guardrail', 'audit'];

/**
 * @returns the port of each service, free at the moment
 * @throws PortInUseError when another program listens on one of them
 */
export async function claimServicePorts(ports: StackPorts): Promise<Record<ServiceName, number>> {
  const claimed: Record<ServiceName, number> = { intake: 0, router: 0, notifier: 0, guardrail: 0, audit: 0 };
  for (const service of SERVICE_NAMES) {
    claimed[service] = await claimPort(service, ports[service], PORT_SETTINGS[service]);
  }
  return claimed;
}
