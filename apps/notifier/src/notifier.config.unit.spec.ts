import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from '@tollgate/runtime';
import { NotifierConfig } from './notifier.config.js';

const GIVEN = {
  PORT: '4200',
  KAFKA_BROKERS: '127.0.0.1:9092',
  DATABASE_URL: 'postgres://notifier:secret-password@127.0.0.1:5432/tollgate_notifier',
  SMTP_URL: 'smtp://127.0.0.1:1025',
  MAIL_FROM: 'Tollgate <tollgate@example.test>',
  PUBLIC_URL: 'http://127.0.0.1:4200',
  LINK_SECRET_FILE: '/keys/link-secret',
  CONTACTS_FILE: 'policies/contacts.yaml',
  APPROVER_ISSUER: 'https://issuer.example.test',
  APPROVER_AUDIENCE: 'tollgate-approvals',
  APPROVER_JWKS_FILE: '/keys/jwks.json',
};

const faultsOf = (changed: Record<string, string>): string => {
  try {
    loadConfig(NotifierConfig, { ...GIVEN, ...changed });
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.join('\n');
    throw error;
  }
  return '';
};

describe('NotifierConfig', () => {
  it('takes what the local stack, containers and a real mail server need', () => {
    expect(loadConfig(NotifierConfig, GIVEN)).toMatchObject({ port: 4200, mailsPerSecond: 25 });
    const others: Record<string, string>[] = [
      { SMTP_URL: 'smtps://user:password@mail.example.com:465' },
      { SMTP_URL: 'smtp://mailbox:1025', PUBLIC_URL: 'http://localhost:4200' },
      { PUBLIC_URL: 'https://tollgate.example.com:8443', MAIL_FROM: 'tollgate@example.com' },
    ];
    for (const changed of others) {
      expect(faultsOf(changed)).toBe('');
    }
  });

  it.each([
    ['DATABASE_URL', 'mysql://root:secret-password@db/x'],
    ['SMTP_URL', 'http://user:secret-password@mail.example.com'],
    ['MAIL_FROM', 'secret-password'],
    ['PUBLIC_URL', 'https://example.com/secret-password'],
    ['MAILS_PER_SECOND', '0'],
    ['LINK_SECRET_FILE', ''],
  ])('refuses a wrong %s by its name, without its value', (name, value) => {
    expect(faultsOf({ [name]: value })).toMatch(new RegExp(`^${name} [^\\n]*$`));
    expect(faultsOf({ [name]: value })).not.toContain('secret-password');
  });
});
