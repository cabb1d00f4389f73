import { describe, expect, it } from '@jest/globals';
import { DEFAULT_PORTS } from './ports-of-stack.js';
import { stackConfig, StackSettingsError } from './stack.config.js';

function faultsOf(environment: NodeJS.ProcessEnv): string {
  try {
    stackConfig(environment);
  } catch (error) {
    if (error instanceof StackSettingsError) return error.message;
    throw error;
  }
  return '';
}

describe('the settings of npm start', () => {
  it('need nothing', () => {
    const config = stackConfig({});
    expect(config.ports).toEqual(DEFAULT_PORTS);
    expect(config.lanes).toBe(4);
    expect(config.dataDir).toMatch(/\.tollgate$/);
  });

  it('choose every port by a setting of its own', () => {
    const config = stackConfig({
      INTAKE_PORT: '5100',
      KAFKA_PORT: '0',
      MAILBOX_WEB_PORT: ' 8080 ',
      AUDIT_PORT: '',
    });
    expect(config.ports).toEqual({ ...DEFAULT_PORTS, intake: 5100, kafka: 0, mailboxWeb: 8080 });
  });

  it('name every fault at once, and no value', () => {
    const message = faultsOf({ INTAKE_PORT: 'hunter2', ROUTER_PORT: '65536', KAFKA_LANES: '0' });
    expect(message.split('\n')).toEqual([
      'Settings are wrong:',
      '  - INTAKE_PORT must be a whole number from 0 to 65535',
      '  - ROUTER_PORT must be a whole number from 0 to 65535',
      '  - KAFKA_LANES must be a whole number from 1 to 1000',
    ]);
    expect(message).not.toContain('hunter2');
  });

  it('refuse one port for two parts, but any free one for many', () => {
    expect(faultsOf({ ROUTER_PORT: '4100' })).toContain(
      'intake and router are to listen on the same port, 4100',
    );
    expect(faultsOf({ ROUTER_PORT: '0', INTAKE_PORT: '0' })).toBe('');
  });
});
