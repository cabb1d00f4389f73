import { Body, Controller, Get, Headers, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isUuid } from '@tollgate/contracts';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { foreignInboxFormPage, noSuchRequestPage, sessionOverPage } from '../inbox/form-faults.js';
import { requestPath } from '../inbox/inbox-cards.js';
import { type BrowserHeaders, InboxDoor, signedInAs } from '../inbox/inbox-door.js';
import { openedByReader } from '../inbox/opened-by-reader.js';
import { hasPartIn } from '../inbox/several.js';
import { PageFaultFilter, sendOn, sendPage } from '@tollgate/pages';
import { PageRefusals } from '../page/page-refusals.js';
import { RequestLimits } from '../rate-limit/request-limits.js';
import { FindReview } from '../review-page/find-review.js';
import { ReviewGate } from '../sign-in/review-gate.js';
import { justificationOf, OverrideDesk } from './override-desk.js';

/** The override form of the page that somebody who is signed in opens from their inbox. */
@ApiTags('inbox')
@UseFilters(PageFaultFilter)
@Controller('inbox/requests/:requestId/overrides')
export class InboxOverrideController {
  constructor(
    private readonly door: InboxDoor,
    private readonly reviews: FindReview,
    private readonly gate: ReviewGate,
    private readonly desk: OverrideDesk,
    private readonly limits: RequestLimits,
    private readonly refusals: PageRefusals,
  ) {}

  /** Where a browser is when it reloads, or comes back to, the answer to a form. */
  @Get()
  @ApiExcludeEndpoint()
  async back(@Param('requestId') requestId: string, @Res() reply: FastifyReply): Promise<void> {
    await sendOn(reply, requestPath(encodeURIComponent(requestId)));
  }

  @Post()
  @ApiOperation({
    summary: 'Override a guardrail, from the page’s own form (application/x-www-form-urlencoded).',
  })
  @ApiResponse({ status: 303, description: 'It is overridden; the page shows it.' })
  @ApiResponse({ status: 401, description: 'text/html: the session had ended; nothing was overridden.' })
  @ApiResponse({ status: 403, description: 'text/html: the form did not come from the page.' })
  @ApiResponse({ status: 404, description: 'text/html: I have no part in it.' })
  @ApiResponse({ status: 409, description: 'text/html: decided, or the page was out of date or used.' })
  @ApiResponse({ status: 422, description: 'text/html: no guardrail is chosen, or no justification given.' })
  async override(
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
          action: `${path}/overrides`,
          to: path,
          fields: [],
          isOld,
          written: [['justification', 'Your justification', justificationOf(body)]],
        }),
      );
    const reader = await this.door.find(headers.cookie, request.ip);
    if (reader === undefined) return kept(false);
    const review = isUuid(requestId)
      ? await this.reviews.findFor(reader.person, requestId.toLowerCase())
      : undefined;
    if (review === undefined || !hasPartIn(review, reader.person))
      return sendPage(reply, 404, noSuchRequestPage(signedInAs(reader)));
    this.limits.ofPerson('votes', reader.person);
    const admission = await this.gate.admit(headers.cookie, path, review);
    if (admission.kind === 'held') return kept(true);
    await this.desk.take(reply, openedByReader(reader, review, this.reviews), body, admission.knownBy);
  }
}
