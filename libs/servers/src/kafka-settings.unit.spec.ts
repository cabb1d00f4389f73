import { describe, expect, it } from '@jest/globals';
import { MAX_RECORD_BYTES } from '@tollgate/contracts';
import { BROKER_SETTINGS, serverProperties } from './kafka-settings.js';

describe('the settings of the local broker', () => {
  it('take the largest record that any topic takes', () => {
    expect(Number(BROKER_SETTINGS['message.max.bytes'])).toBeGreaterThanOrEqual(MAX_RECORD_BYTES);
  });

  it('create no topic by itself, and clean compacted ones', () => {
    expect(BROKER_SETTINGS).toMatchObject({
      'auto.create.topics.enable': 'false',
      'log.cleaner.enable': 'true',
    });
  });

  it('let a broker in again sooner where it is known that the one before was killed', () => {
    const place = { port: 1, controllerPort: 2, logFolder: '/data/log' };
    expect(serverProperties(place)).toContain('broker.session.timeout.ms=3000\n');
    const text = serverProperties({ ...place, afterKill: true });
    expect(text.match(/broker\.session\.timeout\.ms=.*/g)).toEqual(['broker.session.timeout.ms=1000']);
  });

  it('are a properties file with its place in it', () => {
    const text = serverProperties({ port: 1, controllerPort: 2, logFolder: 'C:\\data\\log' });
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'listeners=CLIENT://127.0.0.1:1,CONTROLLER://127.0.0.1:2',
        'advertised.listeners=CLIENT://127.0.0.1:1',
        'controller.quorum.voters=1@127.0.0.1:2',
        'log.dirs=C:/data/log',
      ]),
    );
  });
});
