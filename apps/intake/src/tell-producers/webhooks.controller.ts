import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { doorCheck, isUuid } from '@tollgate/contracts';
import { invalid, notFound } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { demand } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { checkedBody } from '../submit-request/read-body.js';
import { givenUpQuery, MAX_LIMIT, placeText } from './given-up-query.js';
import { messageList } from './message-list.store.js';
import { RetryWebhooks } from './retry-webhooks-body.js';

const check = doorCheck(RetryWebhooks);
const MEMBERS =
  'requestId, webhookId, producer, type, state (queued, sent, given-up), attempts, queuedAt, nextAttemptAt, endedAt, failure';

/** `/v1/webhooks`: what producers could not be told, for operators. */
@ApiTags('operators')
@ApiBearerAuth()
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly credentials: Credentials,
    private readonly dataSource: DataSource,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List messages to producers that were given up, newest first',
    description: 'Needs the scope operate. `next` is the cursor of the following page.',
  })
  @ApiQuery({ name: 'producer', required: false, type: String })
  @ApiQuery({ name: 'cursor', required: false, type: String })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT } })
  @ApiResponse({ status: 200, description: `items: ${MEMBERS}; next` })
  @ApiResponse({ status: 400, description: 'A parameter is not valid; errors names it' })
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#operator(request);
    const { limit, ...query } = givenUpQuery(request.query);
    const found = await messageList.givenUp(this.dataSource, { ...query, limit: limit + 1 });
    const items = found.slice(0, limit);
    const { endedAt, requestId, type } = items.at(-1) ?? {};
    const hasMore =
      found.length > limit && endedAt !== undefined && requestId !== undefined && type !== undefined;
    void reply
      .header('cache-control', 'no-store')
      .send({ items, ...(hasMore ? { next: placeText({ endedAt, requestId, type }) } : {}) });
  }

  @Get(':requestId')
  @ApiOperation({ summary: 'The messages about a request', description: 'Needs the scope operate.' })
  @ApiParam({ name: 'requestId', schema: { type: 'string', format: 'uuid' } })
  @ApiResponse({ status: 200, description: `items: ${MEMBERS}; body: what is sent, until it was taken` })
  @ApiResponse({ status: 404, description: 'Nobody is told of such a request' })
  async show(
    @Param('requestId') requestId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.#operator(request);
    const items = isUuid(requestId) ? await messageList.find(this.dataSource, requestId) : [];
    if (items.length === 0) throw notFound('There is no message about such a request.');
    void reply.header('cache-control', 'no-store').send({ items });
  }

  @Post('retry')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send messages again that were given up',
    description:
      'Needs the scope operate. Of the requests, or all of the producer; each is tried as if for the first time, with the same webhook-id. Those of producers without a webhook stay given up.',
  })
  @ApiBody({ schema: openApiSchema(RetryWebhooks) })
  @ApiResponse({ status: 200, description: 'requestIds: of the messages that are sent again' })
  @ApiResponse({ status: 422, description: 'The body does not fit, or names neither or both' })
  async retry(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#operator(request);
    const { requestIds, producer } = checkedBody(request.body, check);
    if ((requestIds === undefined) === (producer === undefined))
      throw invalid([{ pointer: '', detail: 'must have either requestIds or producer' }]);
    const retried = await messageList.retry(this.dataSource, { requestIds: requestIds ?? [], producer });
    void reply.send({ requestIds: retried });
  }

  async #operator(request: FastifyRequest): Promise<void> {
    demand(await this.credentials.authenticate(request.headers.authorization), 'operate');
  }
}
