import { describe, expect, it } from '@jest/globals';
import { type LookupAddress } from 'node:dns';
import { Webhook } from 'standardwebhooks';
import { askedMs } from './asked-ms.js';
import { publicLookup } from './public-lookup.js';
import { attemptResult } from './attempt-result.js';
import { webhookHeaders } from './sign-webhook.js';
import { webhookBackOff } from './webhook-back-off.js';
import { newWebhookSecret, readWebhookSecrets } from './webhook-secrets.js';
import { checkTarget } from './webhook-target.js';

const secretOf = (byte: number, bytes = 32): string =>
  `whsec_${Buffer.alloc(bytes, byte).toString('base64')}`;
const looked = (found: LookupAddress[][], all: boolean) => {
  const answers = [...found];
  const lookup = publicLookup('WEBHOOK_PRIVATE', async () => answers.shift() ?? []);
  return () =>
    new Promise<unknown>((resolve) =>
      lookup('hook.example.test', { all }, (error, address) => resolve(error?.message ?? address)),
    );
};
const check = (url: string, allowPrivate: boolean) =>
  checkTarget(url, { allowPrivate, privateSetting: 'WEBHOOK_PRIVATE' });
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

describe('checkTarget', () => {
  it.each([
    ['https://hook.example.com/a?b=c', false],
    ['https://1.1.1.1/', false],
    ['http://chat.internal:8080/hook', true],
    ['https://[::1]:8443/', true],
  ])('takes %s', (url, allowPrivate) => {
    expect(check(url, allowPrivate).target?.url.href).toBe(url);
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
    const { target, fault } = check(url, allowPrivate);
    expect(target).toBeUndefined();
    expect(fault).toContain(why);
    expect(fault).not.toContain('secret');
  });
});

describe('the signature', () => {
  const message = { id: 'msg_1', body: '{"type":"approval.opened"}' };

  it('is what receivers check, by each of two secrets while one takes the place of the other', () => {
    const secrets = readWebhookSecrets(`${secretOf(1)}\n${secretOf(2)}\n`, 'SECRET_FILE');
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
    expect(() => readWebhookSecrets(text, 'SECRET_FILE')).toThrow('SECRET_FILE must hold whsec_');
    expect(() => readWebhookSecrets(text, 'SECRET_FILE')).not.toThrow('very-secret');
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

describe('askedMs', () => {
  const now = Date.parse('2026-11-23T09:00:00Z');
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Mon, 23 Nov 2026 09:05:00 GMT', 300_000],
    ['Mon, 23 Nov 2026 08:00:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    ['1e9', undefined],
    ['2026', 2_026_000],
    [undefined, undefined],
  ])('reads %j', (text, expected) => expect(askedMs(text, now)).toBe(expected));
});

describe('a new secret', () => {
  it('is one that is taken, and another each time', () => {
    const secrets = [newWebhookSecret(), newWebhookSecret()];
    expect(readWebhookSecrets(secrets.join('\n'), 'SECRET_FILE')).toEqual(secrets);
    expect(new Set(secrets).size).toBe(2);
    expect(newWebhookSecret(Buffer.alloc(32, 1))).toBe(secretOf(1));
  });
});

describe('attemptResult', () => {
  const failed = { kind: 'failed', failure: 'the receiver answered 500' } as const;

  it('tries again what failed, and gives up what failed often enough, or is not wanted', () => {
    expect(attemptResult({ kind: 'accepted' }, 1, 0)).toEqual({ kind: 'sent' });
    expect(attemptResult({ kind: 'gone' }, 1, 0)).toMatchObject({ kind: 'given-up' });
    expect(attemptResult(failed, 1, 0)).toEqual({
      kind: 'deferred',
      failure: failed.failure,
      waitMs: 5_000,
    });
    expect(attemptResult({ ...failed, askedMs: 60_000 }, 1, 0)).toMatchObject({ waitMs: 60_000 });
    expect(attemptResult(failed, 10, 0)).toEqual({ kind: 'given-up', failure: failed.failure });
  });
});
