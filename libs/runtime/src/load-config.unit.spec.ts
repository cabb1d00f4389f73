import { describe, expect, it } from '@jest/globals';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { ConfigError, loadConfig } from './load-config.js';
import { ServiceConfig } from './service-config.js';

class GateConfig extends ServiceConfig {
  @IsString() databaseUrl!: string;
  @IsOptional() @IsString() releaseIssuer?: string;
  @IsInt() @Min(1) @Max(10) poolSize: number = 5;
}

const GOOD = { PORT: '4100', KAFKA_BROKERS: 'one:9092, two:9093', DATABASE_URL: 'postgres://somewhere/db' };

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    loadConfig(GateConfig, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('loadConfig', () => {
  it('converts each variable to the type of its property and keeps defaults', () => {
    expect(loadConfig(GateConfig, GOOD)).toMatchObject({
      port: 4100,
      kafkaBrokers: ['one:9092', 'two:9093'],
      kafkaLanes: 4,
      databaseUrl: 'postgres://somewhere/db',
      poolSize: 5,
      logLevel: 'info',
    });
  });

  it('names every fault at once', () => {
    const faults = faultsOf({ PORT: 'http', KAFKA_BROKERS: 'nowhere', POOL_SIZE: '11' });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual(
      expect.arrayContaining(['PORT', 'KAFKA_BROKERS', 'DATABASE_URL', 'POOL_SIZE']),
    );
    expect(faults).toHaveLength(4);
    expect(faults).toContain('DATABASE_URL is not set');
  });

  it('counts an empty variable as not set', () => {
    expect(faultsOf({ ...GOOD, DATABASE_URL: '' })).toEqual(['DATABASE_URL is not set']);
  });

  it('never prints a value', () => {
    const secret = 'hunter2-very-secret';
    const error = faultsOf({
      PORT: secret,
      KAFKA_BROKERS: secret,
      KAFKA_LANES: secret,
      LOG_LEVEL: secret,
      POOL_SIZE: secret,
    });
    expect(error.length).toBeGreaterThanOrEqual(5);
    expect(error.join('\n')).not.toContain(secret);
  });
});
