import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { notFound, unavailable } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Credentials } from '../credentials/credentials.js';
import { namesTag } from '../request-status/status-document.js';
import { revisionByNumber, revisionText } from './policy-revision.js';
import { RulingPolicy } from './ruling-policy.js';

const MEMBERS =
  'revision, documentHash, policy, directory, origin, publishedAt; requestId and approvedBy of an approved one, operator and justification of one that an operator published';
/** A number that the table may have. */
const REVISION = /^[1-9]\d{0,8}$/;

/** `GET /v1/policy` and `GET /v1/policy/revisions/{revision}`. */
@ApiTags('policy')
@ApiBearerAuth()
@Controller('v1/policy')
export class PolicyController {
  constructor(
    private readonly credentials: Credentials,
    private readonly policy: RulingPolicy,
    private readonly dataSource: DataSource,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The policy revision that rules' })
  @ApiResponse({ status: 200, description: MEMBERS })
  @ApiResponse({ status: 503, description: 'No policy rules yet' })
  async ruling(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.credentials.authenticate(request.headers.authorization);
    const { revision } = this.policy;
    if (revision === 0) throw unavailable('No policy rules yet; try again.', 2);
    await this.#send(revision, request, reply);
  }

  @Get('revisions/:revision')
  @ApiOperation({ summary: 'A policy revision that rules or ruled' })
  @ApiParam({ name: 'revision', schema: { type: 'integer', minimum: 1 } })
  @ApiResponse({ status: 200, description: MEMBERS })
  @ApiResponse({ status: 404, description: 'There is no such revision' })
  async older(
    @Param('revision') given: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.credentials.authenticate(request.headers.authorization);
    if (!REVISION.test(given)) throw notFound('There is no such revision.');
    await this.#send(Number(given), request, reply);
  }

  async #send(revision: number, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const published = await revisionByNumber(this.dataSource, revision);
    if (published === undefined) throw notFound('There is no such revision.');
    const tag = `"${published.revision}-${published.documentHash.slice(0, 16)}"`;
    void reply.header('etag', tag).header('cache-control', 'no-cache');
    if (namesTag(request.headers['if-none-match'], tag)) void reply.code(304).send();
    else void reply.header('content-type', 'application/json; charset=utf-8').send(revisionText(published));
  }
}
