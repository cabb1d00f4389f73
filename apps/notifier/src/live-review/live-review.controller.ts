import { Controller, Get, Headers, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { PageFaultFilter, sendPage } from '@tollgate/pages';
import { RequestLimits } from '../rate-limit/request-limits.js';
import { unknownLinkPage } from '../review-page/fault-pages.js';
import { FindReview } from '../review-page/find-review.js';
import { ReviewGate } from '../sign-in/review-gate.js';
import { LiveDesk } from './live-desk.js';

/** What an open review page hears while it is open. */
@ApiTags('review page')
@Controller()
@UseFilters(PageFaultFilter)
export class LiveReviewController {
  constructor(
    private readonly reviews: FindReview,
    private readonly gate: ReviewGate,
    private readonly live: LiveDesk,
    private readonly limits: RequestLimits,
  ) {}

  @Get('review/:token/events')
  @ApiOperation({
    summary: 'What changes on an open page, as server-sent events.',
    description:
      'Events `changed` and, as the last one, `closed`; `data` holds the parts of the page as HTML, by name. The id is how ' +
      'many votes they show.',
  })
  @ApiResponse({ status: 200, description: 'text/event-stream' })
  @ApiResponse({ status: 204, description: 'Nothing changes on this page any more.' })
  @ApiResponse({ status: 429, description: 'Too many pages, or streams of this link.' })
  async events(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query('seen') votes?: unknown,
    @Query('step') step?: unknown,
    @Headers('last-event-id') lastEventId?: string,
    @Headers('cookie') cookie?: string,
  ): Promise<void> {
    this.limits.fromAddress('pages', request.ip);
    const path = `/review/${token}`;
    const review = await this.reviews.find(token);
    if (review === undefined) return sendPage(reply, 404, unknownLinkPage());
    this.limits.ofPerson('pages', review.person);
    const admission = await this.gate.admit(cookie, path, review);
    if (admission.kind === 'held') return sendPage(reply, admission.status, admission.page);
    const opened = { review, holder: token, path, again: () => this.reviews.find(token) };
    await this.live.open(request, reply, opened, { votes: lastEventId ?? votes, step });
  }
}
