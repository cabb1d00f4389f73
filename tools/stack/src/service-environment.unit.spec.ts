import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@tollgate/contracts';
import { SERVICE_NAMES } from './ports-of-stack.js';
import { machineEnvironment, serviceEnvironment, type ServiceSurroundings } from './service-environment.js';

const perService = <T>(value: (service: string) => T) => ({
  intake: value('intake'),
  router: value('router'),
  notifier: value('notifier'),
  guardrail: value('guardrail'),
  audit: value('audit'),
});

const given: ServiceSurroundings = {
  ports: perService((service) => service.length),
  urls: perService((service) => `http://${service}`),
  brokers: ['a:1', 'b:2'],
  hasKafkaUsers: true,
  lanes: 3,
  databaseUrls: {
    intake_owner: 'db:intake_owner',
    intake: 'db:intake',
    notifier_owner: 'db:notifier_owner',
    notifier: 'db:notifier',
    audit_owner: 'db:audit_owner',
    audit_writer: 'db:audit_writer',
    audit_reader: 'db:audit_reader',
  },
  smtpUrl: 'smtp://mail',
  mailFrom: 'gate@example.com',
  discoveryUrl: 'http://sign-in/.well-known/openid-configuration',
  policyFile: '/policy.yaml',
  directoryFile: '/directory.yaml',
  contactsFile: '/contacts.yaml',
  keys: {
    releaseKey: '/release-key',
    ledgerKey: '/ledger-key',
    linkSecret: '/link-secret',
    redactionKey: '/redaction-key',
    producerWebhookKey: '/webhook-key',
    developmentIssuerKey: '/issuer-private',
    developmentIssuerJwks: '/issuer-public',
    signInKey: '/sign-in-private',
    signInClientSecret: '/sign-in-secret',
    kafkaPasswords: perService((service) => `/kafka-password-of-${service}`),
  },
  secrets: {
    databasePasswords: {},
    kafkaPasswords: {},
    operatorKey: 'operator-key',
    ledgerReaderKey: 'ledger-reader-key',
  },
  logLevel: 'warn',
};

const allTexts = (service: (typeof SERVICES)[number]) =>
  Object.values(serviceEnvironment(service, given)).join('\n');

describe('the environment of a service', () => {
  it('exists for each of the five', () => {
    expect([...SERVICE_NAMES].toSorted()).toEqual([...SERVICES].toSorted());
  });

  it('names broker, lanes, port and log level', () => {
    for (const service of SERVICES) {
      expect(serviceEnvironment(service, given)).toMatchObject({
        PORT: String(service.length),
        KAFKA_BROKERS: 'a:1,b:2',
        KAFKA_LANES: '3',
        LOG_LEVEL: 'warn',
      });
      expect(serviceEnvironment(service, given)).not.toHaveProperty('KAFKA_TOPIC_PREFIX');
      expect(serviceEnvironment(service, { ...given, topicPrefix: 'x.' })['KAFKA_TOPIC_PREFIX']).toBe('x.');
    }
  });

  it('gives nobody the role that owns the tables, and each its own roles only', () => {
    for (const service of SERVICES) expect(allTexts(service)).not.toContain('_owner');
    for (const service of ['router', 'guardrail'] as const) expect(allTexts(service)).not.toContain('db:');
    expect(serviceEnvironment('audit', given)).toMatchObject({
      DATABASE_URL: 'db:audit_writer',
      READER_DATABASE_URL: 'db:audit_reader',
    });
  });

  it('has each service sign in at the broker as itself', () => {
    for (const service of SERVICES) {
      expect(serviceEnvironment(service, { ...given, topicPrefix: 'x.' })['KAFKA_USERNAME']).toBe(
        `x.${service}`,
      );
      expect(allTexts(service).match(/kafka-password-of-.*/g)).toEqual([`kafka-password-of-${service}`]);
      const open = serviceEnvironment(service, { ...given, hasKafkaUsers: false });
      expect(Object.keys(open).filter((name) => name.startsWith('KAFKA_'))).toEqual([
        'KAFKA_BROKERS',
        'KAFKA_LANES',
      ]);
    }
  });

  it('holds the hash of a key, never the key', () => {
    for (const service of SERVICES) expect(allTexts(service)).not.toMatch(/operator-key|ledger-reader-key/);
    expect(serviceEnvironment('intake', given)['OPERATOR_KEY_SHA256']).toMatch(/^[0-9a-f]{64}$/);
    expect(serviceEnvironment('audit', given)['LEDGER_READER_KEY_SHA256']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps the private keys with those who sign', () => {
    for (const service of SERVICES) expect(allTexts(service)).not.toMatch(/issuer-private|sign-in-private/);
    for (const service of SERVICES.filter((name) => name !== 'intake')) {
      expect(allTexts(service)).not.toMatch(/\/release-key|\/webhook-key/);
    }
    for (const service of SERVICES) {
      expect(allTexts(service).includes('/ledger-key')).toBe(service === 'audit');
    }
    for (const service of SERVICES.filter((name) => name !== 'notifier')) {
      expect(allTexts(service)).not.toMatch(/link-secret|sign-in-secret/);
    }
    for (const service of SERVICES) {
      expect(allTexts(service).includes('/redaction-key')).toBe(['intake', 'notifier'].includes(service));
    }
  });
});

describe('what is passed on of the caller’s environment', () => {
  it('is what programs of this machine need, and no credential', () => {
    const passed = machineEnvironment({
      PATH: '/bin',
      HOME: '/home',
      DATABASE_URL: 'postgres://admin',
      AWS_SECRET: 'x',
    });
    expect(passed).toEqual({ PATH: '/bin', HOME: '/home' });
  });
});
