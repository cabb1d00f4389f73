import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type ReleaseKey } from './release-key.js';

/** Provides the {@link ReleaseKey}. */
export const RELEASE_KEY = Symbol('release key');

/** Verifiers may keep the keys this long, in seconds. */
const MAX_AGE = 300;

/** `GET /.well-known/jwks.json`. */
@ApiTags('releases')
@Controller('.well-known')
export class JwksController {
  readonly #document: string;

  constructor(@Inject(RELEASE_KEY) { publicJwk }: ReleaseKey) {
    this.#document = JSON.stringify({ keys: [publicJwk] });
  }

  @Get('jwks.json')
  @ApiOperation({
    summary: 'The keys that release tokens are signed with',
    description: 'A valid token alone is no permission: an executor redeems it.',
  })
  @ApiResponse({ status: 200, description: 'A JWK set (RFC 7517)' })
  keys(@Res() reply: FastifyReply): void {
    void reply
      .header('content-type', 'application/jwk-set+json')
      .header('cache-control', `public, max-age=${MAX_AGE}`)
      .send(this.#document);
  }
}
