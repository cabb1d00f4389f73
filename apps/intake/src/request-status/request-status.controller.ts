import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Credential, maySee } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { admitted, requestIdOf, unknownRequest } from './admitted.js';
import { HeldAnswers } from './held-answers.js';
import { preferredWait } from './prefer-wait.js';
import { RequestReader } from './request-reader.js';
import { type RequestSnapshot } from './request-snapshot.js';
import { StatusAnswers } from './status-answers.js';

/** `GET /v1/requests/{id}`. */
@ApiTags('requests')
@ApiBearerAuth()
@Controller('v1/requests')
export class RequestStatusController {
  constructor(
    private readonly credentials: Credentials,
    private readonly reader: RequestReader,
    private readonly held: HeldAnswers,
    private readonly answers: StatusAnswers,
  ) {}

  @Get(':id')
  @ApiOperation({ summary: 'The status of a request' })
  @ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
  @ApiHeader({ name: 'If-None-Match', required: false })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      '`wait=N` (RFC 7240) holds the answer until the status is final, N seconds at most; N up to 60',
  })
  @ApiResponse({ status: 200, description: 'The status document, with its ETag' })
  @ApiResponse({ status: 304, description: 'The document that If-None-Match names is still the current one' })
  @ApiResponse({ status: 404, description: 'There is no such request, or the credential may not see it' })
  async status(
    @Param('id') given: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    const id = requestIdOf(given);
    const seconds = preferredWait(request.headers.prefer);
    const snapshot =
      seconds === undefined
        ? await this.#read(id, credential)
        : await this.#wait(id, credential, seconds, reply);
    if (seconds !== undefined) void reply.header('preference-applied', `wait=${seconds}`);
    this.answers.send(reply, snapshot, request.headers['if-none-match']);
  }

  async #read(id: string, credential: Credential): Promise<RequestSnapshot> {
    return admitted(credential, await this.reader.snapshot(id));
  }

  async #wait(
    id: string,
    credential: Credential,
    seconds: number,
    reply: FastifyReply,
  ): Promise<RequestSnapshot> {
    const waiting = this.held.hold(id, seconds, reply);
    try {
      const glance = await this.reader.glance(id);
      if (glance === undefined || !maySee(credential, glance.producer)) throw unknownRequest();
      const told = glance.final ? undefined : await waiting.final;
      return told ?? (await this.#read(id, credential));
    } finally {
      waiting.end();
    }
  }
}
