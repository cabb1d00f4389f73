import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaConnectionOf, KafkaSettings } from './kafka-settings.js';
import { loadConfig } from './load-config.js';

const SECRET = 'hunter2-very-secret';
let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-kafka-settings-'));
  writeFileSync(file('password'), `${SECRET}\n`);
  writeFileSync(file('ca.pem'), 'a certificate\n');
  writeFileSync(file('empty'), '\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const connection = (environment: Record<string, string>) =>
  kafkaConnectionOf(loadConfig(KafkaSettings, { KAFKA_BROKERS: 'one:9092', ...environment }), 'router');

describe('how a service reaches the broker', () => {
  it('is as everybody, and not encrypted, unless told', () => {
    expect(connection({})).toEqual({ brokers: ['one:9092'], clientId: 'router' });
  });

  it('is as a user whose password is in a file, without the end of its line', () => {
    expect(connection({ KAFKA_USERNAME: 'router', KAFKA_PASSWORD_FILE: file('password') })).toEqual({
      brokers: ['one:9092'],
      clientId: 'router',
      username: 'router',
      password: SECRET,
    });
  });

  it('is by another mechanism and encrypted, where told', () => {
    const given = {
      KAFKA_USERNAME: 'router',
      KAFKA_PASSWORD: SECRET,
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_TLS: 'true',
    };
    expect(connection(given)).toMatchObject({ mechanism: 'plain', tls: {} });
    expect(connection({ ...given, KAFKA_TLS_CA_FILE: file('ca.pem') })).toMatchObject({
      tls: { ca: 'a certificate\n' },
    });
  });

  it.each<[string, () => Record<string, string>, RegExp]>([
    ['a user without a password', () => ({ KAFKA_USERNAME: 'router' }), /KAFKA_PASSWORD_FILE is not set/],
    ['a password without a user', () => ({ KAFKA_PASSWORD: SECRET }), /KAFKA_USERNAME is not set/],
    [
      'two passwords',
      () => ({ KAFKA_USERNAME: 'router', KAFKA_PASSWORD: SECRET, KAFKA_PASSWORD_FILE: file('password') }),
      /both set/,
    ],
    [
      'a file that is not there',
      () => ({ KAFKA_USERNAME: 'router', KAFKA_PASSWORD_FILE: file('nowhere') }),
      /KAFKA_PASSWORD_FILE names a file that cannot be read \(ENOENT\)/,
    ],
    [
      'an empty file',
      () => ({ KAFKA_USERNAME: 'router', KAFKA_PASSWORD_FILE: file('empty') }),
      /KAFKA_PASSWORD_FILE names a file that is empty/,
    ],
    [
      'certificates without encryption',
      () => ({ KAFKA_TLS_CA_FILE: file('ca.pem') }),
      /KAFKA_TLS is not true/,
    ],
    ['a mechanism that is none', () => ({ KAFKA_SASL_MECHANISM: SECRET }), /KAFKA_SASL_MECHANISM/],
    [
      'encryption that is neither on nor off',
      () => ({ KAFKA_TLS: SECRET }),
      /KAFKA_TLS must be true or false/,
    ],
  ])('is refused with %s, and without a value', (_, given, why) => {
    expect(() => connection(given())).toThrow(why);
    expect(() => connection(given())).not.toThrow(SECRET);
  });
});
