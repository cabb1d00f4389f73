import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Credentials } from '../credentials/credentials.js';
import { admitted, requestIdOf } from './admitted.js';
import { RequestStreams } from './request-streams.js';
import { seenOf } from './stage-events.js';

/** `GET /v1/requests/{id}/events`. */
@ApiTags('requests')
@ApiBearerAuth()
@Controller('v1/requests')
export class RequestEventsController {
  constructor(
    private readonly credentials: Credentials,
    private readonly streams: RequestStreams,
  ) {}

  @Get(':id/events')
  @ApiOperation({
    summary: 'Follow a request',
    description:
      'Server-sent events, one per stage, named by its topic. The stream ends once the status is final; coming back with ' +
      'Last-Event-ID is then answered 204, which tells an event source to stay away.',
  })
  @ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' } })
  @ApiHeader({ name: 'Last-Event-ID', required: false })
  @ApiResponse({ status: 200, description: 'text/event-stream' })
  @ApiResponse({ status: 204, description: 'The status is final and every stage was seen' })
  @ApiResponse({ status: 404, description: 'There is no such request, or the credential may not see it' })
  async follow(
    @Param('id') given: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    const id = requestIdOf(given);
    const lastEventId = request.headers['last-event-id'];
    const seen = seenOf(typeof lastEventId === 'string' ? lastEventId : undefined);
    await this.streams.follow(id, reply, seen, (snapshot) => admitted(credential, snapshot));
  }
}
