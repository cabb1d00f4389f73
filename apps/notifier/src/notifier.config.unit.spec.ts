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
  REDACTION_KEY_FILE: '/keys/redaction-key',
  CONTACTS_FILE: 'policies/contacts.yaml',
  APPROVER_ISSUER: 'https://issuer.example.test',
  APPROVER_AUDIENCE: 'tollgate-approvals',
  APPROVER_JWKS_FILE: '/keys/jwks.json',
  OPERATOR_KEY_SHA256: 'a'.repeat(64),
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
    expect(loadConfig(NotifierConfig, GIVEN)).toMatchObject({
      port: 4200,
      mailsPerSecond: 25,
      mailsPerPersonPerHour: 12,
    });
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
    ['MAILS_PER_PERSON_PER_HOUR', '-1'],
    ['PAGES_PER_MINUTE', '-1'],
    ['VOTES_PER_MINUTE', 'many'],
    ['TRUSTED_PROXIES', 'secret-password'],
    ['LINK_SECRET_FILE', ''],
    ['APPROVAL_WEBHOOK_PRIVATE', 'secret-password'],
  ])('refuses a wrong %s by its name, without its value', (name, value) => {
    expect(faultsOf({ [name]: value })).toMatch(new RegExp(`^${name} [^\\n]*$`));
    expect(faultsOf({ [name]: value })).not.toContain('secret-password');
  });

  it('takes an OpenID provider as a whole or not at all', () => {
    const provider = {
      OIDC_DISCOVERY_URL: 'http://localhost:4600/.well-known/openid-configuration',
      OIDC_CLIENT_ID: 'tollgate',
      OIDC_CLIENT_SECRET_FILE: '/keys/client-secret',
    };
    expect(faultsOf(provider)).toBe('');
    for (const name of Object.keys(provider))
      expect(faultsOf({ ...provider, [name]: '' })).toBe(`${name} is not set`);
    expect(faultsOf({ ...provider, OIDC_DISCOVERY_URL: 'ftp://x' })).toMatch(/^OIDC_DISCOVERY_URL must be/);
  });

  it('takes a webhook with its secret or not at all', () => {
    const webhook = {
      APPROVAL_WEBHOOK_URL: 'https://hook.example.com/secret-password',
      APPROVAL_WEBHOOK_SECRET_FILE: '/keys/webhook-secret',
    };
    expect(faultsOf(webhook)).toBe('');
    for (const name of Object.keys(webhook))
      expect(faultsOf({ ...webhook, [name]: '' })).toBe(`${name} is not set`);
    const wrong = faultsOf({ ...webhook, APPROVAL_WEBHOOK_URL: 'ftp://secret-password' });
    expect(wrong).toBe('APPROVAL_WEBHOOK_URL must be an https:// URL');
  });

  it.each(['P1D', 'PT12H1S', 'an hour', 'PT0S', '3600'])('refuses %s as a recent sign-in', (recency) => {
    expect(faultsOf({ SIGN_IN_RECENT: recency })).toMatch(/^SIGN_IN_RECENT must be/);
    expect(faultsOf({ SIGN_IN_RECENT: 'PT30M' })).toBe('');
  });
});
