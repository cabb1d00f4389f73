import { Body, Controller, Get, Headers, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { isSameOrigin, PageFaultFilter, sendOn, sendPage } from '@tollgate/pages';
import { PageRefusals } from '../page/page-refusals.js';
import { RequestLimits } from '../rate-limit/request-limits.js';
import { ReviewGate } from '../sign-in/review-gate.js';
import { foreignFormPage, unknownLinkPage } from './fault-pages.js';
import { FindReview } from './find-review.js';
import { type OpenedReview, ReviewDesk } from './review-desk.js';
import { ReviewSettings } from './review-settings.js';
import { type Review } from './review.js';

const pathOf = (token: string): string => `/review/${token}`;

/** The page behind the link of a mail. Reading it, by a person or a machine, changes nothing. */
@ApiTags('review page')
@Controller()
@UseFilters(PageFaultFilter)
export class ReviewController {
  constructor(
    private readonly reviews: FindReview,
    private readonly gate: ReviewGate,
    private readonly desk: ReviewDesk,
    private readonly limits: RequestLimits,
    private readonly refusals: PageRefusals,
    private readonly settings: ReviewSettings,
  ) {}

  @Get('review/:token')
  @ApiOperation({ summary: 'What is asked, and the form to decide. Changes nothing.' })
  @ApiResponse({ status: 200, description: 'text/html' })
  @ApiResponse({ status: 404, description: 'text/html: the link opens nothing.' })
  @ApiResponse({ status: 429, description: 'text/html: too many pages; see Retry-After.' })
  async show(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('cookie') cookie?: string,
  ): Promise<void> {
    this.limits.fromAddress('pages', request.ip);
    const review = await this.reviews.find(token);
    if (review === undefined) return this.#unknown(reply);
    this.limits.ofPerson('pages', review.person);
    const admission = await this.gate.admit(cookie, pathOf(token), review);
    if (admission.kind === 'held') return sendPage(reply, admission.status, admission.page);
    await sendPage(reply, 200, this.desk.page(this.#opened(token, review)));
  }

  /** Where a browser is when it reloads, or comes back to, the answer to a form. */
  @Get('review/:token/decision')
  @ApiExcludeEndpoint()
  async back(@Param('token') token: string, @Res() reply: FastifyReply): Promise<void> {
    await sendOn(reply, pathOf(encodeURIComponent(token)));
  }

  @Post('review/:token/decision')
  @ApiOperation({ summary: 'Decide, from the page’s own form (application/x-www-form-urlencoded).' })
  @ApiResponse({ status: 303, description: 'The vote counts; the page says so.' })
  @ApiResponse({ status: 403, description: 'text/html: the form did not come from the page.' })
  @ApiResponse({
    status: 409,
    description: 'text/html: too late, or the page was out of date or used; nothing was decided by it.',
  })
  @ApiResponse({
    status: 422,
    description: 'text/html: no verdict was chosen, or a reason is missing; nothing was decided.',
  })
  @ApiResponse({ status: 429, description: 'text/html: too many votes; see Retry-After.' })
  async decide(
    @Param('token') token: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('origin') origin?: string,
    @Headers('sec-fetch-site') fetchSite?: string,
    @Headers('cookie') cookie?: string,
  ): Promise<void> {
    this.limits.fromAddress('votes', request.ip);
    const review = await this.reviews.find(token);
    if (review === undefined) return this.#unknown(reply);
    const { approval, person } = review;
    const { requestId } = approval;
    this.limits.ofPerson('votes', person);
    const sent = {
      ...(origin === undefined ? {} : { origin }),
      ...(fetchSite === undefined ? {} : { fetchSite }),
    };
    if (!isSameOrigin(sent, this.settings.origin)) {
      this.refusals.count('foreign-form');
      this.settings.logger.warn(
        { requestId, person },
        'a form that did not come from the review page was refused',
      );
      return sendPage(reply, 403, foreignFormPage(pathOf(token)));
    }
    const admission = await this.gate.admit(cookie, pathOf(token), review);
    if (admission.kind === 'held') return sendPage(reply, admission.status, admission.page);
    await this.desk.take(reply, this.#opened(token, review), body, admission.knownBy);
  }

  #opened(token: string, review: Review): OpenedReview {
    return { review, holder: token, path: pathOf(token), again: () => this.reviews.find(token) };
  }

  #unknown(reply: FastifyReply): Promise<void> {
    this.refusals.count('unknown-link');
    this.settings.logger.warn({}, 'a review link that opens nothing was followed');
    return sendPage(reply, 404, unknownLinkPage());
  }
}
