import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { doorCheck } from '@tollgate/contracts';
import { OutboxRelay } from '@tollgate/messaging';
import { isBreakGlassReview } from '@tollgate/policy';
import { forbidden, Problem } from '@tollgate/runtime';
import { FreeTexts } from '@tollgate/secrets';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { mayWithdraw, nameOf } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { IntakeMetrics } from '../intake.metrics.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { admitted, requestIdOf } from '../request-status/admitted.js';
import { RequestReader } from '../request-status/request-reader.js';
import { RequestWatch } from '../request-status/request-watch.js';
import { StatusAnswers } from '../request-status/status-answers.js';
import { checkedBody } from '../submit-request/read-body.js';
import { WithdrawBody } from './withdraw-body.js';
import { withdrawRequest } from './withdraw-request.js';
import { LONGEST_REASON } from '../scan-secrets/scan-secrets.js';

const check = doorCheck(WithdrawBody);

/** `POST /v1/requests/{id}/withdraw`. */
@ApiTags('requests')
@ApiBearerAuth()
@Controller('v1/requests')
export class WithdrawRequestController {
  constructor(
    private readonly credentials: Credentials,
    private readonly relay: OutboxRelay,
    private readonly reader: RequestReader,
    private readonly watch: RequestWatch,
    private readonly answers: StatusAnswers,
    private readonly metrics: IntakeMetrics,
    private readonly texts: FreeTexts,
  ) {}

  @Post(':id/withdraw')
  @ApiOperation({
    summary: 'Withdraw a request',
    description: 'Once this is answered 202, the request is never released.',
  })
  @ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
  @ApiBody({ schema: openApiSchema(WithdrawBody), required: false })
  @ApiResponse({ status: 202, description: 'Cancelled: its status document' })
  @ApiResponse({ status: 404, description: 'There is no such request, or the credential may not see it' })
  @ApiResponse({ status: 409, description: 'The status is final already; it is named' })
  async withdraw(
    @Param('id') given: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    const id = requestIdOf(given);
    const { reason = '' } = request.body === undefined ? {} : checkedBody(request.body, check);
    const { request: asked } = admitted(credential, await this.reader.snapshot(id));
    if (!mayWithdraw(credential, asked.producer))
      throw forbidden('Only its producer and operators withdraw a request.');
    if (isBreakGlassReview(asked))
      throw forbidden('A review of broken glass is closed by those who are asked, and withdrawn by nobody.');
    const ended = await withdrawRequest(this.relay, {
      requestId: id,
      withdrawnBy: nameOf(credential),
      reason: await this.texts.text(reason, { field: 'withdrawal', scope: id, longest: LONGEST_REASON }),
      withdrawnAt: new Date().toISOString(),
    });
    const now = admitted(credential, await this.reader.snapshot(id));
    if (!ended) {
      throw new Problem(409, 'already-final', 'The status is final', {
        detail: `The request is ${now.outcome} already, and that never changes.`,
        extra: { requestId: id, requestStatus: now.outcome },
      });
    }
    this.metrics.ended.inc({ status: 'cancelled' });
    this.watch.tell(now);
    this.answers.send(reply.code(202), now);
  }
}
