import { describe, expect, it } from '@jest/globals';
import { SERVICES, type ServiceName } from '@tollgate/contracts';
import { BROKER_SETTINGS, GUARDED_SETTINGS, POSTGRES_SETTINGS, workspaceFolder } from '@tollgate/servers';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { dataFolder } from '../data-folder.js';
import { DEFAULT_PORTS } from '../ports-of-stack.js';
import { DEVELOPMENT_ISSUER, serviceEnvironment } from '../service-environment.js';
import { DATABASE_ROLES, keyFilesIn } from '../stack-secrets.js';
import { containerFolder, type ContainerFolder } from './container-folder.js';
import { makeSecrets } from './make-secrets.js';

interface ComposeService {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const compose = parse(readFileSync(join(workspaceFolder(), 'docker-compose.yml'), 'utf8'), {
  merge: true,
}) as Compose;
const part = (name: string): ComposeService => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no ${name}`);
  return found;
};

function withSecrets<T>(work: (folder: ContainerFolder) => T): T {
  const root = mkdtempSync(join(tmpdir(), 'tollgate-compose-'));
  try {
    const folder = containerFolder(root);
    makeSecrets(folder, 'postgres:5432');
    return work(folder);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const root = (operatorFolder: string): string => dirname(operatorFolder);

const everyFile = (value: string | object): string[] =>
  typeof value === 'string' ? [value] : Object.values(value).flatMap(everyFile);

const parseEnvironment = (file: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

/** The names of the settings that `npm start` gives to a service: the same must reach it in a container. */
function namesFromStack(service: ServiceName): string[] {
  const all = <T>(value: T) => ({
    intake: value,
    router: value,
    notifier: value,
    guardrail: value,
    audit: value,
  });
  const environment = serviceEnvironment(service, {
    ports: all(1),
    urls: all('http://x'),
    brokers: ['x:1'],
    hasKafkaUsers: true,
    lanes: 4,
    databaseUrls: {
      intake_owner: 'x',
      intake: 'x',
      notifier_owner: 'x',
      notifier: 'x',
      audit_owner: 'x',
      audit_writer: 'x',
      audit_reader: 'x',
    },
    smtpUrl: 'x',
    mailFrom: 'x',
    discoveryUrl: 'x',
    policyFile: 'x',
    directoryFile: 'x',
    contactsFile: 'x',
    keys: keyFilesIn(dataFolder('/x')),
    secrets: { databasePasswords: {}, kafkaPasswords: {}, operatorKey: 'x', ledgerReaderKey: 'x' },
    logLevel: 'x',
  });
  return Object.keys(environment).toSorted();
}

describe('docker-compose.yml', () => {
  it.each(SERVICES)('gives %s the settings that it has under npm start', (service) => {
    withSecrets(({ environments }) => {
      const secret =
        service === 'router' || service === 'guardrail' ? {} : parseEnvironment(environments[service]);
      const { HOST, ...settings } = { ...part(service).environment, ...secret };
      expect(HOST).toBe('0.0.0.0');
      expect(Object.keys(settings).toSorted()).toEqual(namesFromStack(service));
    });
  });

  it.each(SERVICES)('lets %s listen, be reached and be asked for its health on its own port', (service) => {
    const port = DEFAULT_PORTS[service];
    expect(part(service).environment?.['PORT']).toBe(String(port));
    expect(part(service).ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(part(service).healthcheck?.test.join(' ')).toContain(`http://127.0.0.1:${port}/health/ready`);
  });

  it.each(SERVICES)('starts %s after the topics and its own migrations', (service) => {
    const after = Object.entries(part(service).depends_on ?? {});
    expect(after).toContainEqual(['topics', { condition: 'service_completed_successfully' }]);
    if (service !== 'router' && service !== 'guardrail') {
      expect(after).toContainEqual([`migrate-${service}`, { condition: 'service_completed_successfully' }]);
    }
    for (const [name, { condition }] of after) {
      if (condition === 'service_healthy') expect(part(name).healthcheck).toBeDefined();
    }
  });

  it('runs programs that are built', () => {
    const programs = Object.values(compose.services).flatMap(({ command = [] }) =>
      command.filter((word) => word.endsWith('.js')),
    );
    expect(programs.length).toBeGreaterThan(10);
    for (const program of programs) {
      const source = program.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
      expect(statSync(join(workspaceFolder(), source)).isFile()).toBe(true);
    }
  });

  it('gives the broker the settings of the local one', () => {
    const environment = part('kafka').environment ?? {};
    const own = ['LISTENER_SECURITY_PROTOCOL_MAP'];
    // The listener for producers on this machine asks for users as well.
    expect(environment['KAFKA_LISTENER_SECURITY_PROTOCOL_MAP']?.split(',').toSorted()).toEqual([
      'CLIENT:SASL_PLAINTEXT',
      'CONTROLLER:SASL_PLAINTEXT',
      'HOST:SASL_PLAINTEXT',
    ]);
    for (const [setting, value] of Object.entries({ ...BROKER_SETTINGS, ...GUARDED_SETTINGS })) {
      const name = setting.toUpperCase().replaceAll('.', '_');
      if (!own.includes(name)) expect([name, environment[`KAFKA_${name}`]]).toEqual([name, value]);
    }
  });

  it('gives the database the settings of the local one', () => {
    const command = part('postgres').command ?? [];
    for (const [name, value] of Object.entries(POSTGRES_SETTINGS))
      expect(command).toContain(`${name}=${value}`);
  });

  it('trusts the development issuer of the command line', () => {
    for (const service of ['notifier', 'intake'] as const)
      expect(part(service).environment).toMatchObject({
        APPROVER_ISSUER: DEVELOPMENT_ISSUER.issuer,
        APPROVER_AUDIENCE: DEVELOPMENT_ISSUER.audience,
        APPROVER_JWKS_FILE: `/secrets/${service}/development-issuer-jwks.json`,
      });
  });

  it('mounts into each service only the volume of its own secrets, for reading', () => {
    for (const service of SERVICES)
      expect(part(service).volumes).toEqual([`secrets-${service}:/secrets/${service}:ro`]);
    for (const { volumes = [] } of Object.values(compose.services)) {
      for (const volume of volumes) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
    }
  });

  it('has each service sign in at the broker as itself, and the broker read who may', () => {
    withSecrets(({ keys, kafkaJaas, kafkaAdministrator, operator }) => {
      const inside = (file: string) =>
        file.slice(file.indexOf(root(operator.root)) + root(operator.root).length);
      for (const service of SERVICES) {
        expect(part(service).environment?.['KAFKA_USERNAME']).toBe(service);
        expect(part(service).environment?.['KAFKA_PASSWORD_FILE']).toBe(
          `/secrets${inside(keys.kafkaPasswords[service])}`,
        );
      }
      expect(part('kafka').environment?.['KAFKA_OPTS']).toContain(`/secrets${inside(kafkaJaas)}`);
      expect(part('kafka').healthcheck?.test).toContain(`/secrets${inside(kafkaAdministrator)}`);
    });
  });

  it('publishes nothing beyond this machine', () => {
    for (const { ports = [] } of Object.values(compose.services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});

describe('the secrets of the containers', () => {
  it('are kept when they are made again', () => {
    withSecrets((folder) => {
      const files = [
        folder.postgresPassword,
        ...Object.values(folder.environments),
        ...everyFile(folder.keys),
        folder.kafkaJaas,
      ];
      const texts = () => files.map((file: string) => readFileSync(file, 'utf8'));
      const before = texts();
      makeSecrets(folder, 'postgres:5432');
      expect(texts()).toEqual(before);
    });
  });

  it('are for their owner alone, but for the public keys', () => {
    withSecrets(({ postgresPassword, environments, keys, operator, kafkaJaas, kafkaAdministrator }) => {
      const { developmentIssuerJwks, ...secretKeys } = keys;
      for (const file of [
        postgresPassword,
        operator.secrets,
        ...Object.values(environments),
        ...everyFile(secretKeys),
        kafkaJaas,
        kafkaAdministrator,
      ]) {
        expect([file, statSync(file).mode & 0o077]).toEqual([file, 0]);
      }
      expect(readFileSync(developmentIssuerJwks, 'utf8')).not.toContain('"d"');
    });
  });

  it('connect each with the password that its role was given', () => {
    withSecrets(({ environments, operator }) => {
      const { databasePasswords } = JSON.parse(readFileSync(operator.secrets, 'utf8'));
      const urls = Object.values(environments)
        .flatMap((file) => Object.entries(parseEnvironment(file)))
        .filter(([name]) => name.endsWith('DATABASE_URL'))
        .map(([, value]) => new URL(value));
      const roles = urls.filter(({ username }) => username !== 'postgres');
      expect(roles.map(({ username }) => username).toSorted()).toEqual([...DATABASE_ROLES].toSorted());
      for (const { username, password, host } of roles) {
        expect(password).toBe(databasePasswords[username]);
        expect(host).toBe('postgres:5432');
      }
    });
  });
});
