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
