import { Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { doorCheck } from '@tollgate/contracts';
import { OutboxRelay } from '@tollgate/messaging';
import { Problem } from '@tollgate/runtime';
import { FreeTexts } from '@tollgate/secrets';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { demand, nameOf } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { IntakeMetrics } from '../intake.metrics.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { admitted, requestIdOf } from '../request-status/admitted.js';
import { RequestReader } from '../request-status/request-reader.js';
import { type RequestSnapshot } from '../request-status/request-snapshot.js';
import { RequestWatch } from '../request-status/request-watch.js';
import { stalledBy } from '../request-status/stalled.js';
import { StatusAnswers } from '../request-status/status-answers.js';
import { checkedBody } from '../submit-request/read-body.js';
import { GiveUpBody } from './give-up-body.js';
import { giveUpRequest } from './give-up-request.js';
import { LONGEST_REASON } from '../scan-secrets/scan-secrets.js';

const check = doorCheck(GiveUpBody);

const refusal = ({ request, outcome }: RequestSnapshot): Problem =>
  outcome === undefined
    ? new Problem(409, 'not-stalled', 'The request does not stand still', {
        detail: 'Only a request that stands still at a dead letter can be given up; this one is on its way.',
        extra: { requestId: request.id, requestStatus: 'pending' },
      })
    : new Problem(409, 'already-final', 'The status is final', {
        detail: `The request is ${outcome} already, and that never changes.`,
        extra: { requestId: request.id, requestStatus: outcome },
      });

/** `POST /v1/requests/{id}/give-up`, for operators. */
@ApiTags('operators')
@ApiBearerAuth()
@Controller('v1/requests')
export class GiveUpRequestController {
  constructor(
    private readonly credentials: Credentials,
    private readonly relay: OutboxRelay,
    private readonly reader: RequestReader,
    private readonly watch: RequestWatch,
    private readonly answers: StatusAnswers,
    private readonly metrics: IntakeMetrics,
    private readonly texts: FreeTexts,
  ) {}

  @Post(':id/give-up')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Give up a request that stands still',
    description: 'Needs the scope operate. The only way to `failed`.',
  })
  @ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
  @ApiBody({ schema: openApiSchema(GiveUpBody) })
  @ApiResponse({ status: 200, description: 'Failed: its status document' })
  @ApiResponse({ status: 403, description: 'The credential lacks the scope' })
  @ApiResponse({ status: 404, description: 'There is no such request' })
  @ApiResponse({ status: 409, description: 'It does not stand still, or its status is final' })
  async giveUp(
    @Param('id') given: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    demand(credential, 'operate');
    const id = requestIdOf(given);
    const { reason } = checkedBody(request.body, check);
    const before = admitted(credential, await this.reader.snapshot(id));
    const stalled = stalledBy(before);
    if (stalled === undefined) throw refusal(before);
    const ended = await giveUpRequest(this.relay, {
      requestId: id,
      service: stalled.service,
      reason: await this.texts.text(reason, { field: 'giving-up', scope: id, longest: LONGEST_REASON }),
      givenUpBy: nameOf(credential),
      failedAt: new Date().toISOString(),
    });
    const now = admitted(credential, await this.reader.snapshot(id));
    if (!ended) throw refusal(now);
    this.metrics.ended.inc({ status: 'failed' });
    this.watch.tell(now);
    this.answers.send(reply.code(200), now);
  }
}
