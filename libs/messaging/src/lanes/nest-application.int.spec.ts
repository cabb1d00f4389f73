import { type ArgumentsHost, Catch, Controller, type ExceptionFilter, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { Registry } from 'prom-client';
import { type IncomingEvent } from '../incoming-record.js';
import { PermanentError } from '../permanent-error.js';
import { LaneSender } from '../sender/lane-sender.js';
import { TestLogger } from '../testing/test-logger.js';
import { TestRoad, withdrawal } from '../testing/test-road.js';
import { TransientError } from '../transient-error.js';
import { KafkaLanes } from './kafka-lanes.js';
import { MessagingErrorFilter } from './messaging-error-filter.js';

jest.setTimeout(60_000);

let failure: Error | undefined;
let tries = 0;
const handled: string[] = [];

@Controller()
class WithdrawalController {
  @EventPattern('request.withdrawn')
  take({ event }: IncomingEvent<'request.withdrawn'>): void {
    tries += 1;
    if (failure !== undefined) throw failure;
    handled.push(event.data.requestId);
  }

  @Get('/broken')
  broken(): never {
    throw new Error('over HTTP');
  }
}

@Module({ controllers: [WithdrawalController] })
class ServiceModule {}

/** As a service has it: HTTP errors become answers, those of events pass through. */
@Catch()
class HttpErrorFilter implements ExceptionFilter {
  readonly #events = new MessagingErrorFilter();

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType() !== 'http') return this.#events.catch(error);
    return void host
      .switchToHttp()
      .getResponse<{ code(status: number): { send(body: string): void } }>()
      .code(500)
      .send('sorry');
  }
}

describe('a Nest application with HTTP and lanes', () => {
  let road: TestRoad;
  let app: NestFastifyApplication;
  let sender: LaneSender;
  let lanes: KafkaLanes;
  const logger = new TestLogger();
  const fatal: Error[] = [];

  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build();
    const metrics = new Registry();
    sender = new LaneSender({ connection: road.connection, logger, metrics });
    lanes = new KafkaLanes({
      connection: road.connection,
      service: 'guardrail',
      lanes: road.lanes,
      logger,
      metrics,
      sender,
      onFatal: (error) => fatal.push(error),
    });
    app = await NestFactory.create<NestFastifyApplication>(ServiceModule, new FastifyAdapter(), {
      logger: false,
    });
    app.useGlobalFilters(new HttpErrorFilter());
    app.connectMicroservice({ strategy: lanes }, { inheritAppConfig: true });
    await app.startAllMicroservices();
    await app.init();
    await waitUntil('the lanes read', () => lanes.health().ok, 20_000);
  });
  afterAll(async () => {
    await app.close();
    await sender.disconnect();
    await road.close();
  });

  it('lets the lanes decide on the errors of event handlers, and HTTP on its own', async () => {
    const answer = await app.inject('/broken');
    expect([answer.statusCode, answer.body]).toEqual([500, 'sorry']);

    const id = newRequestId();
    failure = new TransientError('not now');
    await road.send(withdrawal(id));
    await waitUntil('it was tried twice', () => tries >= 2, 15_000);
    failure = new PermanentError('never');
    await waitUntil(
      'it is a dead letter',
      async () => (await road.read('guardrail.dead-letter')).length === 1,
      15_000,
    );
    failure = undefined;
    const next = newRequestId();
    await road.send(withdrawal(next));
    await waitUntil('the next is handled', () => handled.includes(next), 15_000);
    expect(handled).toEqual([next]);
    expect(fatal).toEqual([]);
  });
});
