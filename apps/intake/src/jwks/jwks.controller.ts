import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { KeyRecord } from './key-record.js';

/** Verifiers may keep the keys this long, in seconds. */
const MAX_AGE = 60;

/** `GET /.well-known/jwks.json`. */
@ApiTags('releases')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly record: KeyRecord) {}

  @Get('jwks.json')
  @ApiOperation({
    summary: 'Every key that release tokens are or were signed with',
    description:
      'The newest first; none is ever removed. A valid token alone is no permission: an executor redeems it.',
  })
  @ApiResponse({ status: 200, description: 'A JWK set (RFC 7517)' })
  async keys(@Res() reply: FastifyReply): Promise<void> {
    const keys = await this.record.all();
    void reply
      .header('content-type', 'application/jwk-set+json')
      .header('cache-control', `public, max-age=${MAX_AGE}`)
      .send(JSON.stringify({ keys }));
  }
}
