import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { doorCheck, isUuid } from '@tollgate/contracts';
import { OutboxRelay } from '@tollgate/messaging';
import { forbidden, notFound, Problem } from '@tollgate/runtime';
import { FreeTexts } from '@tollgate/secrets';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { type Credential, mayRevoke, maySee, nameOf } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { IntakeMetrics } from '../intake.metrics.js';
import { openApiSchema } from '../open-api/open-api-schema.js';
import { releaseStanding, requestOfRelease } from '../redeem-release/release-store.js';
import { type ReleaseStanding } from '../redeem-release/release-standing.js';
import { checkedBody } from '../submit-request/read-body.js';
import { releaseDocument } from './release-document.js';
import { RevokeRelease } from './revoke-release-body.js';
import { revokeRelease } from './revoke-release.js';
import { LONGEST_REASON } from '../scan-secrets/scan-secrets.js';

const check = doorCheck(RevokeRelease);
const MEMBERS =
  'id, requestId, state (unused, redeemed, revoked, expired), audience, contentHash, releasedAt, expiresAt; endedBy and endedAt once it was redeemed or revoked; reason of a revocation';
const UNKNOWN = 'There is no such release, or the credential may not see it';

/** `GET /v1/releases/{id}` and `POST /v1/releases/{id}/revoke`. */
@ApiTags('releases')
@ApiBearerAuth()
@Controller('v1/releases')
export class ReleasesController {
  constructor(
    private readonly credentials: Credentials,
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly metrics: IntakeMetrics,
    private readonly texts: FreeTexts,
  ) {}

  @Get(':id')
  @ApiOperation({ summary: 'How a release stands' })
  @ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
  @ApiResponse({ status: 200, description: MEMBERS })
  @ApiResponse({ status: 404, description: UNKNOWN })
  async show(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    const document = releaseDocument(await this.#standing(id, credential));
    void reply.header('cache-control', 'no-cache').send(document);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Revoke a release',
    description:
      'By its producer, or with the scope releases:revoke or operate. Once this is answered 200, nobody redeems it; again, it is answered 200 and changes nothing.',
  })
  @ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
  @ApiBody({ schema: openApiSchema(RevokeRelease), required: false })
  @ApiResponse({ status: 200, description: `Revoked: ${MEMBERS}` })
  @ApiResponse({ status: 403, description: 'The credential may see it, and not revoke it' })
  @ApiResponse({ status: 404, description: UNKNOWN })
  @ApiResponse({ status: 409, description: '`release-used`: it was redeemed already' })
  async revoke(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    const { reason = '' } = request.body === undefined ? {} : checkedBody(request.body, check);
    const standing = await this.#standing(id, credential);
    if (!mayRevoke(credential, standing.request.producer))
      throw forbidden('Only its producer, and credentials with the scope releases:revoke, revoke a release.');
    const place = { field: 'revocation', scope: standing.request.id, longest: LONGEST_REASON } as const;
    const revoked = await revokeRelease(this.relay, {
      standing,
      by: nameOf(credential),
      reason: await this.texts.text(reason, place),
    });
    if (revoked) this.metrics.revoked.inc();
    const now = await this.#standing(id, credential);
    if (now.end?.state !== 'revoked') {
      throw new Problem(409, 'release-used', 'The release is used', {
        detail: `It was redeemed at ${now.end?.at ?? '?'}, and cannot be taken back any more.`,
        extra: { releaseId: now.release.id, requestId: now.request.id },
      });
    }
    void reply.header('cache-control', 'no-cache').send(releaseDocument(now));
  }

  /** @throws Problem 404 for what is not there or not for the credential */
  async #standing(id: string, credential: Credential): Promise<ReleaseStanding> {
    const requestId = isUuid(id) ? await requestOfRelease(this.dataSource, id) : undefined;
    const standing = requestId === undefined ? undefined : await releaseStanding(this.dataSource, requestId);
    const { producer } = standing?.request ?? {};
    if (
      standing === undefined ||
      producer === undefined ||
      !(maySee(credential, producer) || mayRevoke(credential, producer))
    )
      throw notFound('There is no such release, or it is not yours to see.');
    return standing;
  }
}
