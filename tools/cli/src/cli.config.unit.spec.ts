import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, wantsColour } from './cli.config.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const store = (home: string, content: string): void => {
  mkdirSync(join(folder, home), { recursive: true });
  writeFileSync(join(folder, home, 'credentials.json'), content);
};

describe('the settings', () => {
  it('are those of the local stack without any', () => {
    expect(loadSettings({}, folder)).toMatchObject({
      intakeUrl: 'http://127.0.0.1:4100',
      guardrailUrl: 'http://127.0.0.1:4500',
      brokers: ['127.0.0.1:9092'],
      lanes: 4,
    });
  });

  it('come from the credentials of the local stack', () => {
    store(
      '.tollgate',
      JSON.stringify({ intakeUrl: 'http://127.0.0.1:5100', producerKey: 'k', lanes: 24, unknown: true }),
    );
    expect(loadSettings({}, folder)).toMatchObject({
      intakeUrl: 'http://127.0.0.1:5100',
      producerKey: 'k',
      lanes: 24,
    });
  });

  it('come from the folder that TOLLGATE_HOME names', () => {
    store('elsewhere', JSON.stringify({ producerKey: 'other' }));
    expect(loadSettings({ TOLLGATE_HOME: 'elsewhere' }, folder).producerKey).toBe('other');
  });

  it('let the environment rule over the file', () => {
    store('.tollgate', JSON.stringify({ producerKey: 'file', brokers: ['a:1'] }));
    const settings = loadSettings(
      { TOLLGATE_API_KEY: 'given', KAFKA_BROKERS: 'b:2, c:3', TOLLGATE_OPERATOR_KEY: ' ' },
      folder,
    );
    expect(settings).toMatchObject({ producerKey: 'given', brokers: ['b:2', 'c:3'] });
    expect(settings.operatorKey).toBeUndefined();
  });

  it.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['a wrong type', JSON.stringify({ producerKey: 'secret-value', lanes: 'four' })],
    ['a bad issuer', JSON.stringify({ producerKey: 'secret-value', developmentIssuer: { issuer: 'x' } })],
  ])('refuse a file with %s, and never show a value', (_name, content) => {
    store('.tollgate', content);
    expect(() => loadSettings({}, folder)).toThrow(/credentials\.json/);
    expect(() => loadSettings({}, folder)).not.toThrow(/secret-value/);
  });

  it('take users of the broker from the file, and give them to no other broker', () => {
    const kafka = { username: 'operators', password: 'p', mechanism: 'scram-sha-512' };
    const kafkaAdmin = { username: 'admin', password: 'q', mechanism: 'plain' };
    store('.tollgate', JSON.stringify({ brokers: ['a:1'], kafka, kafkaAdmin }));
    expect(loadSettings({}, folder)).toMatchObject({ kafka, kafkaAdmin });
    expect(loadSettings({ KAFKA_BROKERS: 'a:1' }, folder)).toMatchObject({ kafka, kafkaAdmin });
    const elsewhere = loadSettings({ KAFKA_BROKERS: 'b:2' }, folder);
    expect([elsewhere.kafka, elsewhere.kafkaAdmin]).toEqual([undefined, undefined]);
    const given = { KAFKA_ADMIN_USERNAME: 'root', KAFKA_ADMIN_PASSWORD: 'r' };
    expect(loadSettings(given, folder)).toMatchObject({
      kafka,
      kafkaAdmin: { username: 'root', password: 'r', mechanism: 'scram-sha-512' },
    });
  });

  it.each([
    [{ KAFKA_USERNAME: 'me' }, 'KAFKA_USERNAME and KAFKA_PASSWORD_FILE'],
    [{ KAFKA_ADMIN_PASSWORD: 'secret-value' }, 'KAFKA_ADMIN_USERNAME and KAFKA_ADMIN_PASSWORD_FILE'],
    [{ KAFKA_USERNAME: 'me', KAFKA_PASSWORD_FILE: '/nowhere' }, 'KAFKA_PASSWORD_FILE names a file'],
    [
      { KAFKA_USERNAME: 'me', KAFKA_PASSWORD: 'secret-value', KAFKA_SASL_MECHANISM: 'md5' },
      'KAFKA_SASL_MECHANISM must be one of',
    ],
  ])('refuse a user of the broker like %j', (environment, why) => {
    expect(() => loadSettings(environment, folder)).toThrow(why);
    expect(() => loadSettings(environment, folder)).not.toThrow(/secret-value/);
  });

  it('refuse a number of lanes that is none', () => {
    expect(() => loadSettings({ KAFKA_LANES: 'many' }, folder)).toThrow('KAFKA_LANES');
  });
});

describe('colour', () => {
  it.each([
    [true, {}, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
  ])('on a terminal: %p with %p → %p', (isTTY, environment, colour) => {
    expect(wantsColour({ isTTY }, environment)).toBe(colour);
  });
});
