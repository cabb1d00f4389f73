import { Body, Controller, Get, Headers, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { isSameOrigin, PageFaultFilter, sendOn, sendPage } from '@tollgate/pages';
import { PageRefusals } from '../page/page-refusals.js';
import { RequestLimits } from '../rate-limit/request-limits.js';
import { foreignFormPage, unknownLinkPage } from '../review-page/fault-pages.js';
import { FindReview } from '../review-page/find-review.js';
import { ReviewSettings } from '../review-page/review-settings.js';
import { ReviewGate } from '../sign-in/review-gate.js';
import { QuestionDesk } from './question-desk.js';

const pathOf = (token: string): string => `/review/${encodeURIComponent(token)}`;

/** The question form of the page behind the link of a mail. */
@ApiTags('review page')
@Controller('review/:token/questions')
@UseFilters(PageFaultFilter)
export class ReviewQuestionController {
  constructor(
    private readonly reviews: FindReview,
    private readonly gate: ReviewGate,
    private readonly desk: QuestionDesk,
    private readonly limits: RequestLimits,
    private readonly refusals: PageRefusals,
    private readonly settings: ReviewSettings,
  ) {}

  /** Where a browser is when it reloads, or comes back to, the answer to a form. */
  @Get()
  @ApiExcludeEndpoint()
  async back(@Param('token') token: string, @Res() reply: FastifyReply): Promise<void> {
    await sendOn(reply, pathOf(token));
  }

  @Post()
  @ApiOperation({
    summary: 'Ask the requester, from the page’s own form (application/x-www-form-urlencoded).',
  })
  @ApiResponse({ status: 303, description: 'The question is sent; the page shows it.' })
  @ApiResponse({ status: 403, description: 'text/html: the form did not come from the page.' })
  @ApiResponse({ status: 404, description: 'text/html: the link opens nothing.' })
  @ApiResponse({ status: 409, description: 'text/html: decided, or the page was out of date or used.' })
  @ApiResponse({ status: 422, description: 'text/html: there is no question in it.' })
  async ask(
    @Param('token') token: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('origin') origin?: string,
    @Headers('sec-fetch-site') fetchSite?: string,
    @Headers('cookie') cookie?: string,
  ): Promise<void> {
    this.limits.fromAddress('questions', request.ip);
    const review = await this.reviews.find(token);
    if (review === undefined) {
      this.refusals.count('unknown-link');
      return sendPage(reply, 404, unknownLinkPage());
    }
    this.limits.ofPerson('questions', review.person);
    const sent = {
      ...(origin === undefined ? {} : { origin }),
      ...(fetchSite === undefined ? {} : { fetchSite }),
    };
    const path = pathOf(token);
    if (!isSameOrigin(sent, this.settings.origin)) {
      this.refusals.count('foreign-form');
      return sendPage(reply, 403, foreignFormPage(path));
    }
    const admission = await this.gate.admit(cookie, path, review);
    if (admission.kind === 'held') return sendPage(reply, admission.status, admission.page);
    const opened = { review, holder: token, path, again: () => this.reviews.find(token) };
    await this.desk.take(reply, opened, body, admission.knownBy);
  }
}
