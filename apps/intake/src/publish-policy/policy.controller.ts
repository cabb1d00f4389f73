import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { unavailable } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Credentials } from '../credentials/credentials.js';
import { namesTag } from '../request-status/status-document.js';
import { RulingPolicy } from './ruling-policy.js';

/** `GET /v1/policy`. */
@ApiTags('policy')
@ApiBearerAuth()
@Controller('v1/policy')
export class PolicyController {
  constructor(
    private readonly credentials: Credentials,
    private readonly policy: RulingPolicy,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The policy revision that rules' })
  @ApiResponse({ status: 200, description: 'revision, documentHash, policy, directory, origin, publishedAt' })
  @ApiResponse({ status: 503, description: 'No policy rules yet' })
  async ruling(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.credentials.authenticate(request.headers.authorization);
    const { published } = this.policy;
    if (published === undefined) throw unavailable('No policy rules yet; try again.', 2);
    const tag = `"${published.revision}-${published.documentHash.slice(0, 16)}"`;
    void reply.header('etag', tag).header('cache-control', 'no-cache');
    if (namesTag(request.headers['if-none-match'], tag)) void reply.code(304).send();
    else void reply.send(published);
  }
}
