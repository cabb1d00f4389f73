import { Controller, Delete, Param, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { notFound } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { demand } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { RemoveProducer } from './remove-producer.js';

/** `DELETE /v1/producers/{name}`, for operators. */
@ApiTags('operators')
@ApiBearerAuth()
@Controller('v1/producers/:name')
export class RemoveProducerController {
  constructor(
    private readonly credentials: Credentials,
    private readonly producers: RemoveProducer,
  ) {}

  @Delete()
  @ApiOperation({
    summary: 'End all keys of a producer, and its webhook',
    description:
      'Needs the scope operate. What it asked for stays and is decided; its name is never given to another. Its user at the broker is the business of the broker’s administrator (`tollgate producers remove` does both).',
  })
  @ApiResponse({ status: 200, description: 'producer, keys: how many ended' })
  @ApiResponse({ status: 404, description: 'There is no such producer' })
  async remove(
    @Param('name') producer: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    demand(await this.credentials.authenticate(request.headers.authorization), 'operate');
    const keys = producer.includes('\0')
      ? undefined
      : await this.producers.endKeys(producer, new Date().toISOString());
    if (keys === undefined) throw notFound('There is no such producer.');
    void reply.send({ producer, keys });
  }
}
