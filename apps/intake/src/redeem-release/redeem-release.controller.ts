import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { doorCheck } from '@tollgate/contracts';
import { forbidden } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { demand, nameOf } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { IntakeMetrics } from '../intake.metrics.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { ScanSecrets } from '../scan-secrets/scan-secrets.js';
import { secretKey } from '../scan-secrets/secret-problem.js';
import { idempotencyKeyOf } from '../submit-request/idempotency-key.js';
import { checkedBody } from '../submit-request/read-body.js';
import { traceParent } from '../submit-request/trace-parent.js';
import { type Redeemed, RedeemReleases } from './redeem-release.js';
import { RedeemRelease } from './redeem-release-body.js';
import { redemptionProblem } from './redemption-problem.js';

const check = doorCheck(RedeemRelease);

/** The answer to a redemption: the same, however often it is asked for. */
function redemptionDocument({ standing, end }: Redeemed & { kind: 'redeemed' | 'repeated' }): object {
  const { request, release } = standing;
  const { action, environment, target, parameters } = request;
  return {
    id: release.id,
    requestId: request.id,
    state: end.state,
    audience: release.audience,
    redeemedAt: end.at,
    contentHash: request.contentHash,
    content: { action, environment, target, parameters },
    requester: request.requester,
    guardrail: end.guardrail,
  };
}

/** `POST /v1/releases/redeem`. */
@ApiTags('releases')
@ApiBearerAuth()
@Controller('v1/releases/redeem')
export class RedeemReleaseController {
  constructor(
    private readonly credentials: Credentials,
    private readonly redemptions: RedeemReleases,
    private readonly scan: ScanSecrets,
    private readonly metrics: IntakeMetrics,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Redeem a release: the permission to act, once',
    description:
      'Needs the scope releases:redeem and the credential of the audience that the token names. The guardrails are judged again, by the revision that rules now. After a 200, act; after anything else, do not. Say what you are about to do (`content`, or its `contentHash`), and it is compared with what was approved.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Your own id of this redemption, at most 200 characters, one for each time you would act. After a lost answer, ask again with it: you get the same 200. Who else redeems, also of your own, must use another',
  })
  @ApiBody({ schema: openApiSchema(RedeemRelease) })
  @ApiResponse({
    status: 200,
    description:
      'Redeemed: id, requestId, state, audience, redeemedAt, contentHash, content (exactly what was approved), requester, guardrail',
  })
  @ApiResponse({ status: 400, description: 'The body is not JSON, or the Idempotency-Key cannot be used' })
  @ApiResponse({
    status: 403,
    description:
      '`forbidden`: the credential lacks the scope, or is not the audience. `guardrail-blocks`: a guardrail forbids it now, and the release stays unused',
  })
  @ApiResponse({ status: 409, description: '`release-used`: somebody redeemed it before' })
  @ApiResponse({ status: 410, description: '`release-expired` or `release-revoked`' })
  @ApiResponse({
    status: 422,
    description:
      '`not-our-release`: the token is altered or made by somebody else. `other-content`: what you are about to do is not what was approved. `invalid`: the body does not fit. `secret-detected`: the Idempotency-Key looks like a secret',
  })
  @ApiResponse({ status: 503, description: 'The ruling policy revision is not known here yet' })
  async redeem(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    demand(credential, 'releases:redeem');
    if (credential.producer === undefined)
      throw forbidden('This key belongs to no producer, so no release is for it.');
    const idempotencyKey = idempotencyKeyOf(request.headers['idempotency-key']);
    const secretRule = idempotencyKey === null ? undefined : await this.scan.key(idempotencyKey);
    if (secretRule !== undefined) throw secretKey(secretRule);
    const body = checkedBody(request.body, check);
    const redeemed = await this.redemptions.redeem(
      { ...body, audience: nameOf(credential), idempotencyKey },
      traceParent(request.headers.traceparent),
    );
    this.metrics.redemptions.inc({ outcome: redeemed.kind });
    if (!('standing' in redeemed)) throw redemptionProblem(redeemed);
    void reply.header('cache-control', 'no-store').send(redemptionDocument(redeemed));
  }
}
