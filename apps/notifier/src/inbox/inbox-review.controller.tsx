import { Body, Controller, Get, Headers, Param, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isUuid } from '@tollgate/contracts';
import { unauthenticated } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type KnownBy } from '../cast-vote/sign-in-obstacle.js';
import { LiveDesk } from '../live-review/live-desk.js';
import { PageFaultFilter, sendOn, sendPage } from '@tollgate/pages';
import { PageRefusals } from '../page/page-refusals.js';
import { RequestLimits } from '../rate-limit/request-limits.js';
import { FindReview } from '../review-page/find-review.js';
import { readForm } from '../review-page/read-form.js';
import { type OpenedReview, ReviewDesk } from '../review-page/review-desk.js';
import { type Review } from '../review-page/review.js';
import { ReviewGate } from '../sign-in/review-gate.js';
import { foreignInboxFormPage, noSuchRequestPage, sessionOverPage } from './form-faults.js';
import { requestPath } from './inbox-cards.js';
import { type BrowserHeaders, InboxDoor, type Reader, signedInAs } from './inbox-door.js';
import { openedByReader } from './opened-by-reader.js';
import { hasPartIn } from './several.js';

/** The review page for somebody who is signed in: the same page and the same rules as behind the link of a mail. */
@ApiTags('inbox')
@UseFilters(PageFaultFilter)
@Controller('inbox/requests/:requestId')
export class InboxReviewController {
  constructor(
    private readonly door: InboxDoor,
    private readonly reviews: FindReview,
    private readonly gate: ReviewGate,
    private readonly desk: ReviewDesk,
    private readonly live: LiveDesk,
    private readonly limits: RequestLimits,
    private readonly refusals: PageRefusals,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What is asked, and the form to decide. Changes nothing.' })
  @ApiResponse({ status: 200, description: 'text/html' })
  @ApiResponse({ status: 303, description: 'To sign in.' })
  @ApiResponse({ status: 403, description: 'text/html: it asks for a more recent sign-in.' })
  @ApiResponse({ status: 404, description: 'text/html: it asks me nothing.' })
  async show(
    @Param('requestId') requestId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers() headers: BrowserHeaders,
  ): Promise<void> {
    const path = requestPath(encodeURIComponent(requestId));
    const reader = await this.door.enter(reply, headers, request.ip, path);
    if (reader === undefined) return;
    const review = await this.#find(reader, requestId);
    if (review === undefined) return sendPage(reply, 404, noSuchRequestPage(signedInAs(reader)));
    if (review.approval.status === 'pending') {
      const admission = await this.gate.admit(headers.cookie, path, review);
      if (admission.kind === 'held') return sendPage(reply, admission.status, admission.page);
    }
    await sendPage(reply, 200, this.desk.page(this.#opened(reader, review)));
  }

  /** Where a browser is when it reloads, or comes back to, the answer to a form. */
  @Get('decision')
  @ApiExcludeEndpoint()
  async back(@Param('requestId') requestId: string, @Res() reply: FastifyReply): Promise<void> {
    await sendOn(reply, requestPath(encodeURIComponent(requestId)));
  }

  @Post('decision')
  @ApiOperation({ summary: 'Decide, from the page’s own form (application/x-www-form-urlencoded).' })
  @ApiResponse({ status: 303, description: 'The vote counts; the page says so.' })
  @ApiResponse({ status: 401, description: 'text/html: the session had ended; nothing was decided.' })
  @ApiResponse({ status: 403, description: 'text/html: the form did not come from the page.' })
  @ApiResponse({ status: 404, description: 'text/html: it asks me nothing.' })
  @ApiResponse({ status: 409, description: 'text/html: too late, or the page was out of date or used.' })
  @ApiResponse({ status: 422, description: 'text/html: no verdict was chosen, or a reason is missing.' })
  async decide(
    @Param('requestId') requestId: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers() headers: BrowserHeaders,
  ): Promise<void> {
    const path = requestPath(encodeURIComponent(requestId));
    this.limits.fromAddress('votes', request.ip);
    if (!this.door.isOwnForm(headers)) {
      this.refusals.count('foreign-form');
      return sendPage(reply, 403, foreignInboxFormPage(path));
    }
    const kept = (isOld: boolean): Promise<void> =>
      sendPage(
        reply,
        401,
        sessionOverPage({
          action: `${path}/decision`,
          to: path,
          fields: [],
          isOld,
          written: [['reason', 'Your reason', readForm(body).reason]],
        }),
      );
    const reader = await this.door.find(headers.cookie, request.ip);
    if (reader === undefined) return kept(false);
    const review = await this.#find(reader, requestId);
    if (review === undefined) return sendPage(reply, 404, noSuchRequestPage(signedInAs(reader)));
    this.limits.ofPerson('votes', reader.person);
    let knownBy: KnownBy = reader.session;
    if (review.approval.status === 'pending') {
      const admission = await this.gate.admit(headers.cookie, path, review);
      if (admission.kind === 'held') return kept(true);
      knownBy = admission.knownBy;
    }
    const { authentication, signedInAt } = knownBy;
    await this.desk.take(reply, this.#opened(reader, review), body, {
      authentication,
      ...(signedInAt === undefined ? {} : { signedInAt }),
    });
  }

  @Get('events')
  @ApiOperation({ summary: 'What changes on the open page, as server-sent events.' })
  @ApiResponse({ status: 200, description: 'text/event-stream' })
  @ApiResponse({ status: 204, description: 'Nothing changes on this page any more.' })
  @ApiResponse({ status: 401, description: 'Nobody is signed in.' })
  async events(
    @Param('requestId') requestId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers() { cookie }: BrowserHeaders,
    @Query('seen') votes?: unknown,
    @Query('step') step?: unknown,
    @Headers('last-event-id') lastEventId?: string,
  ): Promise<void> {
    const reader = await this.door.find(cookie, request.ip);
    if (reader === undefined) throw unauthenticated('Nobody is signed in.');
    const review = await this.#find(reader, requestId);
    if (review === undefined) return sendPage(reply, 404, noSuchRequestPage(signedInAs(reader)));
    await this.live.open(request, reply, this.#opened(reader, review), {
      votes: lastEventId ?? votes,
      step,
    });
  }

  /** Nobody is told of a request in which they have no part. */
  async #find({ person }: Reader, requestId: string): Promise<Review | undefined> {
    if (!isUuid(requestId)) return undefined;
    const review = await this.reviews.findFor(person, requestId.toLowerCase());
    return review !== undefined && hasPartIn(review, person) ? review : undefined;
  }

  #opened(reader: Reader, review: Review): OpenedReview {
    return openedByReader(reader, review, this.reviews);
  }
}
