import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { doorCheck } from '@tollgate/contracts';
import { invalid, notFound } from '@tollgate/runtime';
import { checkTarget, newWebhookSecret, type TargetRules } from '@tollgate/webhooks';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { demand, nameOf } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { checkedBody } from '../submit-request/read-body.js';
import { SetProducerWebhook } from './producer-webhook-body.js';
import { ProducerWebhooks } from './producer-webhook.store.js';
import { TestWebhook } from './test-webhook.js';

/** Provides where webhooks may be. */
export const TARGET_RULES = Symbol('target rules');

const check = doorCheck(SetProducerWebhook);
/** How long the secret before the newest one signs as well: time for its receiver to take the new one up. */
const OVERLAP_MS = 24 * 60 * 60 * 1000;

const UNKNOWN = 'There is no such producer';
const NONE = 'There is no such producer, or it has no webhook';

/** What a name in the path may be: Postgres knows no text with a zero in it. */
const known = (name: string): string => {
  if (name.includes('\0')) throw notFound(`${UNKNOWN}.`);
  return name;
};

/** `/v1/producers/{name}/webhook`, for operators. */
@ApiTags('operators')
@ApiBearerAuth()
@Controller('v1/producers/:name/webhook')
export class ProducerWebhookController {
  constructor(
    private readonly credentials: Credentials,
    private readonly webhooks: ProducerWebhooks,
    private readonly tests: TestWebhook,
    @Inject(TARGET_RULES) private readonly rules: TargetRules,
  ) {}

  @Put()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Tell a producer by webhook what becomes of its requests',
    description:
      'Needs the scope operate. From now on each of its requests that reaches its final status is told to this address: POST with type (request.released, request.denied, …), timestamp and data, the status document without the token of its release; signed by Standard Webhooks. With `changes` it is told on the way as well: that people are asked (request.pending), and what became of its release (release.redeemed, release.revoked). A webhook that is there gets another address and keeps its secret.',
  })
  @ApiBody({ schema: openApiSchema(SetProducerWebhook) })
  @ApiResponse({ status: 200, description: 'It has another address now: producer, changes' })
  @ApiResponse({ status: 201, description: 'It is new: producer, changes, secret (shown once)' })
  @ApiResponse({ status: 404, description: UNKNOWN })
  @ApiResponse({
    status: 422,
    description: 'The address is none, is not encrypted, or not public where it has to be',
  })
  async set(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const by = await this.#operator(request);
    const { url, changes = false } = checkedBody(request.body, check);
    const { fault } = checkTarget(url, this.rules);
    if (fault !== undefined) throw invalid([{ pointer: '/url', detail: fault }]);
    const secret = newWebhookSecret();
    const producer = known(name);
    const at = new Date().toISOString();
    const isNew = await this.webhooks.set({ producer, url, changes, secret, by, at });
    if (isNew === undefined) throw notFound(`${UNKNOWN}.`);
    void reply
      .code(isNew ? 201 : 200)
      .header('cache-control', 'no-store')
      .send({ producer, changes, ...(isNew ? { secret } : {}) });
  }

  @Post('secret')
  @ApiOperation({
    summary: 'Give a webhook of a producer another secret',
    description:
      'Needs the scope operate. The one before signs as well for 24 hours; any older one ends at once.',
  })
  @ApiResponse({ status: 201, description: 'producer, secret (shown once), previousSecretUntil' })
  @ApiResponse({ status: 404, description: NONE })
  async renewSecret(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#operator(request);
    const secret = newWebhookSecret();
    const producer = known(name);
    const previousSecretUntil = new Date(Date.now() + OVERLAP_MS).toISOString();
    if (!(await this.webhooks.renewSecret(producer, secret, previousSecretUntil))) throw notFound(`${NONE}.`);
    void reply.code(201).header('cache-control', 'no-store').send({ producer, secret, previousSecretUntil });
  }

  @Post('test')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try a webhook of a producer',
    description:
      'Needs the scope operate. One message of the type webhook.test, at once and once; the answer comes when the receiver has answered, or after fifteen seconds.',
  })
  @ApiResponse({
    status: 200,
    description: 'producer, webhookId, delivered: whether the receiver took it; failure: why it did not',
  })
  @ApiResponse({ status: 404, description: NONE })
  async test(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#operator(request);
    const test = await this.tests.test(known(name));
    if (test === undefined) throw notFound(`${NONE}.`);
    void reply.header('cache-control', 'no-store').send(test);
  }

  @Get()
  @ApiOperation({ summary: 'Where a producer is told', description: 'Needs the scope operate.' })
  @ApiResponse({
    status: 200,
    description:
      'producer, url (without what its query says), changes, setBy, setAt, previousSecretUntil, restsUntil (its receiver asked for it), waiting and givenUp: how many messages',
  })
  @ApiResponse({ status: 404, description: NONE })
  async show(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#operator(request);
    const webhook = await this.webhooks.find(known(name));
    if (webhook === undefined) throw notFound(`${NONE}.`);
    void reply.header('cache-control', 'no-store').send(webhook);
  }

  @Delete()
  @ApiOperation({
    summary: 'End a webhook of a producer',
    description: 'Needs the scope operate. Messages that wait are given up.',
  })
  @ApiResponse({ status: 200, description: 'producer' })
  @ApiResponse({ status: 404, description: NONE })
  async remove(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#operator(request);
    const producer = known(name);
    if (!(await this.webhooks.remove(producer))) throw notFound(`${NONE}.`);
    void reply.send({ producer });
  }

  /** @returns who it is, on record */
  async #operator(request: FastifyRequest): Promise<string> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    demand(credential, 'operate');
    return nameOf(credential);
  }
}
