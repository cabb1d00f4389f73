import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { forbidden, Problem } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { maySeeAll } from '../credentials/credential.js';
import { Credentials } from '../credentials/credentials.js';
import { BreakGlassReviews, REVIEW_STATES } from './break-glass-reviews.js';

/** `GET /v1/break-glass/reviews`. */
@ApiTags('operators')
@ApiBearerAuth()
@Controller('v1/break-glass/reviews')
export class BreakGlassReviewsController {
  constructor(
    private readonly credentials: Credentials,
    private readonly reviews: BreakGlassReviews,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List the reviews of broken glass',
    description:
      'Needs the scope requests:read. `overdue`: nobody has closed it, and the time of those who were asked first is over. The 500 oldest that are to be closed, and the 500 newest that are.',
  })
  @ApiQuery({ name: 'state', required: false, enum: REVIEW_STATES })
  @ApiResponse({ status: 200, description: 'items: the reviews' })
  @ApiResponse({ status: 400, description: 'There is no such state' })
  @ApiResponse({ status: 403, description: 'The credential lacks the scope' })
  async list(
    @Query('state') given: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const credential = await this.credentials.authenticate(request.headers.authorization);
    if (!maySeeAll(credential)) throw forbidden('This needs a credential with the scope requests:read.');
    const state = REVIEW_STATES.find((known) => known === given);
    if (given !== undefined && state === undefined)
      throw new Problem(400, 'invalid-parameter', 'A parameter is not valid', {
        detail: `state must be one of ${REVIEW_STATES.join(', ')}.`,
      });
    void reply.header('cache-control', 'no-store').send({ items: await this.reviews.list(state) });
  }
}
