import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { REQUEST_STATUSES } from '@tollgate/contracts';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { maySeeAll } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { cursorText, listQuery, MAX_LIMIT } from './list-query.js';
import { RequestList } from './request-list.js';
import { StatusAnswers } from './status-answers.js';

/** No producer is called this, so a credential without one lists nothing. */
const NOBODY = '';

/** `GET /v1/requests`. */
@ApiTags('requests')
@ApiBearerAuth()
@Controller('v1/requests')
export class RequestListController {
  constructor(
    private readonly credentials: Credentials,
    private readonly list: RequestList,
    private readonly answers: StatusAnswers,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List requests, newest first',
    description:
      "Your own; with the scope requests:read everybody's. `next` is the cursor of the following page.",
  })
  @ApiQuery({ name: 'status', required: false, enum: REQUEST_STATUSES })
  @ApiQuery({ name: 'action', required: false, type: String })
  @ApiQuery({ name: 'environment', required: false, type: String })
  @ApiQuery({ name: 'requester', required: false, type: String })
  @ApiQuery({ name: 'cursor', required: false, type: String })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT } })
  @ApiResponse({
    status: 200,
    description: 'items: status documents; next: the cursor of the following page, if there is one',
  })
  @ApiResponse({ status: 400, description: 'A parameter is not valid; errors names it' })
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    const query = listQuery(request.query);
    const { snapshots, more } = await this.list.page(
      query,
      maySeeAll(credential) ? undefined : (credential.producer ?? NOBODY),
    );
    const last = snapshots.at(-1)?.request;
    const next = more && last !== undefined ? cursorText(last) : undefined;
    if (next !== undefined) {
      const following = new URLSearchParams(
        Object.entries(Object(request.query)).map(([name, value]) => [name, String(value)]),
      );
      following.set('cursor', next);
      void reply.header('link', `<${this.answers.listLocation}?${following.toString()}>; rel="next"`);
    }
    const items = snapshots.map((snapshot) => this.answers.textOf(snapshot)).join(',');
    void reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(`{"items":[${items}]${next === undefined ? '' : `,"next":${JSON.stringify(next)}`}}`);
  }
}
