import { describe, expect, it } from '@jest/globals';
import { type LookupAddress } from 'node:dns';
import { Webhook } from 'standardwebhooks';
import { anApproval, OPENED_AT } from '../testing/votes.js';
import { publicLookup } from './public-lookup.js';
import { readWebhookSecrets, webhookHeaders } from './sign-webhook.js';
import { webhookBackOff } from './webhook-back-off.js';
import { readWebhook } from './webhook-parts.js';
import { webhookMessage, type WebhookNotice } from './webhook-message.js';
import { webhookTarget } from './webhook-target.js';

const secretOf = (byte: number, bytes = 32): string =>
  `whsec_${Buffer.alloc(bytes, byte).toString('base64')}`;
const looked = (found: LookupAddress[][], all: boolean) => {
  const answers = [...found];
  const lookup = publicLookup(async () => answers.shift() ?? []);
  return () =>
    new Promise<unknown>((resolve) =>
      lookup('hook.example.test', { all }, (error, address) => resolve(error?.message ?? address)),
    );
};
const PUBLIC = { address: '1.1.1.1', family: 4 };

describe('publicLookup', () => {
  it('gives what it has looked at, and looks again for each connection', async () => {
    const look = looked([[PUBLIC], [{ address: '127.0.0.1', family: 4 }]], false);
    expect(await look()).toBe('1.1.1.1');
    expect(await look()).toContain('not public');
  });

  it.each([
    ['a private address', [{ address: '10.0.0.1', family: 4 }], 'not public'],
    ['metadata beside a public address', [PUBLIC, { address: '169.254.169.254', family: 4 }], 'not public'],
    ['this machine', [{ address: '::1', family: 6 }], 'not public'],
    ['no address', [], 'no address'],
  ])('refuses a name that stands for %s', async (_what, found, why) => {
    for (const all of [true, false]) expect(await looked([found], all)()).toContain(why);
  });

  it('gives all addresses to whoever asks for all', async () => {
    const both = [PUBLIC, { address: '2606:4700::1111', family: 6 }];
    expect(await looked([both], true)()).toEqual(both);
  });
});

describe('webhookTarget', () => {
  it.each([
    ['https://hook.example.com/a?b=c', false],
    ['https://1.1.1.1/', false],
    ['http://chat.internal:8080/hook', true],
    ['https://[::1]:8443/', true],
  ])('takes %s', (url, allowPrivate) => {
    expect(webhookTarget(url, allowPrivate).url.href).toBe(url);
  });

  it.each([
    ['http://hook.example.com/secret', false, 'must be an https:// URL'],
    ['https://10.0.0.1/secret', false, 'not public'],
    ['https://[::ffff:169.254.169.254]/secret', false, 'not public'],
    ['https://2130706433/secret', false, 'not public'],
    ['https://user:secret@hook.example.com/', true, 'without user'],
    ['ftp://hook.example.com/secret', true, 'must be an https:// URL'],
    ['secret', true, 'must be an https:// URL'],
  ])('refuses %s, and does not repeat it', (url, allowPrivate, why) => {
    const refuse = () => webhookTarget(url, allowPrivate);
    expect(refuse).toThrow(why);
    expect(refuse).not.toThrow('secret');
  });
});

describe('the signature', () => {
  const message = { id: 'msg_1', body: '{"type":"approval.opened"}' };

  it('is what receivers check, by each of two secrets while one takes the place of the other', () => {
    const secrets = readWebhookSecrets(`${secretOf(1)}\n${secretOf(2)}\n`);
    const headers = webhookHeaders(message, secrets, Date.now());
    for (const secret of secrets)
      expect(new Webhook(secret).verify(message.body, headers)).toEqual({ type: 'approval.opened' });
    expect(() => new Webhook(secretOf(3)).verify(message.body, headers)).toThrow('No matching signature');
    expect(() => new Webhook(secretOf(1)).verify(`${message.body} `, headers)).toThrow(
      'No matching signature',
    );
  });

  it.each([
    '',
    'very-secret',
    secretOf(1).slice(6),
    secretOf(1, 23),
    secretOf(1, 65),
    `${secretOf(1)}\nvery-secret`,
  ])('takes no such secret: %j', (text) => {
    expect(() => readWebhookSecrets(text)).toThrow('APPROVAL_WEBHOOK_SECRET_FILE must hold whsec_');
    expect(() => readWebhookSecrets(text)).not.toThrow('very-secret');
  });
});

describe('the settings', () => {
  const given = {
    approvalWebhookUrl: 'https://hook.example.com/very-secret',
    approvalWebhookSecretFile: '/dev/null',
    approvalWebhookPrivate: 'false',
  };

  it('may name no webhook', () => {
    expect(readWebhook({ approvalWebhookPrivate: 'false' })).toBeUndefined();
  });

  it('are refused before anything runs, where they cannot be used', () => {
    expect(() => readWebhook(given)).toThrow('APPROVAL_WEBHOOK_SECRET_FILE must hold whsec_');
    const url = 'https://192.168.0.1/very-secret';
    expect(() => readWebhook({ ...given, approvalWebhookUrl: url })).toThrow('not public');
    expect(() => readWebhook({ ...given, approvalWebhookUrl: url })).not.toThrow('very-secret');
  });
});

describe('webhookBackOff', () => {
  it('goes on over hours, and ends', () => {
    const waits = Array.from({ length: 10 }, (_, index) => webhookBackOff(index + 1, 0));
    expect(waits[0]).toBe(5_000);
    expect(waits.at(-1)).toBeUndefined();
    const hours = waits.reduce<number>((sum, wait) => sum + (wait ?? 0), 0) / 3_600_000;
    expect(hours).toBeGreaterThan(12);
    expect(hours).toBeLessThan(24);
    expect(webhookBackOff(1, 1)).toBe(3_750);
  });

  it('does what the receiver asks for, within bounds', () => {
    expect(webhookBackOff(1, 0, 60_000)).toBe(60_000);
    expect(webhookBackOff(1, 0, 999_999_000)).toBe(3_600_000);
    expect(webhookBackOff(9, 0, 60_000)).toBe(8 * 3_600_000);
  });
});

describe('webhookMessage', () => {
  it('is the same whatever becomes of the approval', () => {
    const approval = anApproval();
    const notice: WebhookNotice = {
      ...{ requestId: approval.requestId, number: 1, type: 'approval.opened', step: 0, persons: ['erin'] },
      ...{ deadline: OPENED_AT + 1, noticedAt: OPENED_AT },
    };
    const before = webhookMessage(notice, approval, 'https://tollgate.example');
    const later = anApproval({ file: approval.file, step: 1, status: 'closed', votes: 7 });
    expect(webhookMessage(notice, later, 'https://tollgate.example')).toEqual(before);
    expect(webhookMessage({ ...notice, number: 2 }, approval, 'https://tollgate.example').id).not.toBe(
      before.id,
    );
  });
});
