import { createHash } from 'node:crypto';
import { type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, HealthChecks, loadConfig, ProblemFilter } from '@tollgate/runtime';
import { Registry } from 'prom-client';
import { AuditConfig } from '../audit.config.js';
import { AuditModule } from '../audit.module.js';
import { TEST_ORIGIN, testKeyFile } from './test-checkpoints.js';
import { type EmptyDatabase } from './test-ledger.js';

/** The key that opens the ledger of {@link testService}. */
export const READER_KEY = 'a-key-of-the-ledger';

/** The environment of audit on the database of a spec file. */
export const auditEnvironment = ({ roleUrls }: EmptyDatabase): Record<string, string> => ({
  PORT: '0',
  KAFKA_BROKERS: 'localhost:9092',
  DATABASE_URL: roleUrls['audit_writer'] ?? '',
  READER_DATABASE_URL: roleUrls['audit_reader'] ?? '',
  LEDGER_READER_KEY_SHA256: createHash('sha256').update(READER_KEY).digest('hex'),
  LEDGER_KEY_FILE: testKeyFile(),
  LEDGER_ORIGIN: TEST_ORIGIN,
  LOG_LEVEL: 'warn',
});

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Audit over HTTP, without lanes. */
export interface TestService {
  get(path: string, authorization?: string | null): Promise<Answer>;
  /** Opens a port for browsers; @returns its origin */
  listen(): Promise<string>;
  close(): Promise<void>;
}

/** Starts audit's HTTP side on a migrated database. */
export async function testService(database: EmptyDatabase): Promise<TestService> {
  const logger = createLogger('audit', 'silent');
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const each of closers) await each();
  };
  const module: DynamicModule = await AuditModule.of({
    config: loadConfig(AuditConfig, auditEnvironment(database)),
    logger,
    metrics: new Registry(),
    health: new HealthChecks(),
    onStop: (closer) => {
      closers.unshift(closer);
    },
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    logger: false,
  });
  app.useGlobalFilters(new ProblemFilter(logger));
  await app.init();
  return {
    get: async (path, authorization = `Bearer ${READER_KEY}`) => {
      const headers = authorization === null ? {} : { authorization };
      const { statusCode, headers: answered, body } = await app.inject({ url: path, headers });
      return { status: statusCode, headers: answered, body };
    },
    listen: async () => {
      await app.listen(0, '127.0.0.1');
      return app.getUrl();
    },
    close: async () => {
      await app.close();
      await close();
    },
  };
}
