import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Registry } from 'prom-client';
import { type HealthChecks } from './health-checks.js';
import { type Logger } from './logger.js';

/** What the operations' paths show. */
export interface OperationsSettings {
  readonly service: string;
  readonly health: HealthChecks;
  readonly metrics: Registry;
  readonly logger: Logger;
}

/**
 * Serves what operators and tools ask every service: `/health/live` (the process answers), `/health/ready` (503 until
 * every check is ok), `/metrics` (Prometheus text) and `/openapi.json` (OpenAPI 3.1, made when first asked for).
 */
export function serveOperations(
  app: NestFastifyApplication,
  { service, health, metrics }: OperationsSettings,
): void {
  const http = app.getHttpAdapter().getInstance();
  let openApi: string | undefined;
  http.get('/health/live', (_request, reply) => reply.send({ status: 'live' }));
  http.get('/health/ready', async (_request, reply) => {
    const readiness = await health.readiness();
    return reply.code(readiness.status === 'ready' ? 200 : 503).send(readiness);
  });
  http.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
  http.get('/openapi.json', async (_request, reply) => {
    if (openApi === undefined) {
      const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
      const description = new DocumentBuilder()
        .setOpenAPIVersion('3.1.0')
        .setTitle(`Tollgate ${service}`)
        .setVersion('1')
        .addBearerAuth()
        .build();
      openApi = JSON.stringify(SwaggerModule.createDocument(app, description));
    }
    return reply.type('application/json').send(openApi);
  });
}
