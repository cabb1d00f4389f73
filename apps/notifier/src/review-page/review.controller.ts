import { Body, Controller, Get, Headers, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Verdict } from '@tollgate/contracts';
import { type LanesLogger } from '@tollgate/messaging';
import { type FastifyReply } from 'fastify';
import { describeDecision } from '../approvals-api/vote-problems.js';
import { CastVotes } from '../cast-vote/cast-votes.js';
import { type VoteOutcome } from '../cast-vote/vote-tally.js';
import { reasonFault } from '../cast-vote/reason.js';
import { type ReviewTokens } from '../send-mail/review-token.js';
import { FindReview } from './find-review.js';
import { STYLE_PATH } from './page-layout.js';
import { PAGE_STYLE } from './page-style.js';
import { foreignFormPage, reviewPage, unknownLinkPage } from './review-page.js';
import { type Review } from './review.js';
import { isSameOrigin } from './same-origin.js';

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** What the form says; everything else is nothing. */
interface Said {
  readonly verdict?: Verdict;
  readonly reason: string;
  readonly contentHash: string;
  readonly view: string;
}

const textOf = (body: unknown, field: string): string => {
  const value: unknown = body !== null && typeof body === 'object' ? Reflect.get(body, field) : undefined;
  return typeof value === 'string' ? value : '';
};

function readForm(body: unknown): Said {
  const verdict = textOf(body, 'verdict');
  return {
    ...(verdict === 'approve' || verdict === 'deny' ? { verdict } : {}),
    // Forms send line breaks as CR LF.
    reason: textOf(body, 'reason').replaceAll('\r\n', '\n').trim(),
    contentHash: textOf(body, 'contentHash'),
    view: textOf(body, 'view'),
  };
}

const STALE =
  'The page was open for too long, or shows something older than what is asked now. Nothing was decided; look again and decide then.';

/** Why a vote from the page did not count, in a sentence; undefined where it did. */
function faultOf(outcome: VoteOutcome): string | undefined {
  switch (outcome.kind) {
    case 'counted':
      return undefined;
    case 'other-content':
      return STALE;
    case 'too-many':
      return 'You have changed your mind too often; what you said last stands.';
    case 'not-open':
    case 'stranger':
      return 'This request does not ask you.';
    case 'uncounted':
      if (outcome.decision !== undefined)
        return `Your decision came too late and does not count. ${describeDecision(outcome.decision)}`;
      if (outcome.why === 'sign-in')
        return 'This request asks for more than the link: sign in to decide. What you said is on record and does not count.';
      if (outcome.why === 'stage-ahead')
        return 'Others are asked before you. What you said is on record and does not count; decide again when you are asked.';
      if (outcome.why === 'inactive')
        return 'You are not active in the directory. What you said is on record and does not count.';
      return 'Your decision came too late. It is on record and does not count.';
  }
}

/** What the pages need besides what is injected. */
export abstract class ReviewSettings {
  abstract readonly tokens: ReviewTokens;
  /** The origin of this service, as browsers see it. */
  abstract readonly origin: string;
  abstract readonly logger: LanesLogger;
}

/** The page behind the link of a mail. Reading it, by a person or a machine, changes nothing. */
@ApiTags('review page')
@Controller()
export class ReviewController {
  constructor(
    private readonly reviews: FindReview,
    private readonly castVotes: CastVotes,
    private readonly settings: ReviewSettings,
  ) {}

  @Get(STYLE_PATH)
  @ApiOperation({ summary: 'The stylesheet of all pages.' })
  async style(@Res() reply: FastifyReply): Promise<void> {
    await reply
      .headers({
        'content-type': 'text/css; charset=utf-8',
        'cache-control': 'public, max-age=300',
        'x-content-type-options': 'nosniff',
      })
      .send(PAGE_STYLE);
  }

  @Get('review/:token')
  @ApiOperation({ summary: 'What is asked, and the form to decide. Changes nothing.' })
  @ApiResponse({ status: 200, description: 'text/html' })
  @ApiResponse({ status: 404, description: 'text/html: the link opens nothing.' })
  async show(@Param('token') token: string, @Res() reply: FastifyReply): Promise<void> {
    const review = await this.reviews.find(token);
    if (review === undefined) return this.#unknown(reply);
    await this.#send(reply, 200, this.#page(token, review));
  }

  @Post('review/:token/decision')
  @ApiOperation({ summary: 'Decide, from the page’s own form (application/x-www-form-urlencoded).' })
  @ApiResponse({ status: 303, description: 'The vote counts; the page says so.' })
  @ApiResponse({ status: 403, description: 'text/html: the form did not come from the page.' })
  @ApiResponse({
    status: 409,
    description: 'text/html: too late, or the page was out of date; nothing was decided by it.',
  })
  @ApiResponse({ status: 422, description: 'text/html: no verdict was chosen; nothing was decided.' })
  async decide(
    @Param('token') token: string,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
    @Headers('origin') origin?: string,
    @Headers('sec-fetch-site') fetchSite?: string,
  ): Promise<void> {
    const { tokens, origin: own, logger } = this.settings;
    const review = await this.reviews.find(token);
    if (review === undefined) return this.#unknown(reply);
    const { approval, person, now } = review;
    const { requestId } = approval;
    if (
      !isSameOrigin(
        { ...(origin === undefined ? {} : { origin }), ...(fetchSite === undefined ? {} : { fetchSite }) },
        own,
      )
    ) {
      logger.warn({ requestId, person }, 'a form that did not come from the review page was refused');
      return this.#send(reply, 403, foreignFormPage(`/review/${token}`));
    }
    const { verdict, reason, contentHash, view } = readForm(body);
    const again = (status: number, fault: string): Promise<void> =>
      this.#send(reply, status, this.#page(token, review, { reason, fault }));
    if (approval.status === 'pending') {
      if (!tokens.isViewNonce(view, token, approval.step, approval.file.request.contentHash, now))
        return again(409, STALE);
      if (contentHash !== approval.file.request.contentHash) return again(409, STALE);
    }
    if (verdict === undefined)
      return again(422, 'You have not chosen between Approve and Deny. Nothing was decided.');
    const fault = reasonFault(reason);
    if (fault !== undefined) return again(422, `The reason ${fault}. Nothing was decided.`);
    const outcome = await this.castVotes.cast({
      requestId,
      person,
      verdict,
      reason,
      authentication: 'link',
      contentHash,
    });
    const refused = faultOf(outcome);
    if (refused === undefined) {
      return void (await reply
        .headers({ ...PAGE_HEADERS, location: `/review/${token}` })
        .code(303)
        .send());
    }
    const after = await this.reviews.find(token);
    await this.#send(reply, 409, this.#page(token, after ?? review, { reason, fault: refused }));
  }

  #page(
    token: string,
    review: Review,
    said: { readonly reason?: string; readonly fault?: string } = {},
  ): string {
    const { approval, now } = review;
    const nonce = this.settings.tokens.viewNonce(
      token,
      approval.step,
      approval.file.request.contentHash,
      now,
    );
    return reviewPage(review, { action: `/review/${token}/decision`, nonce, ...said });
  }

  #unknown(reply: FastifyReply): Promise<void> {
    this.settings.logger.warn({}, 'a review link that opens nothing was followed');
    return this.#send(reply, 404, unknownLinkPage());
  }

  async #send(reply: FastifyReply, status: number, page: string): Promise<void> {
    await reply.code(status).headers(PAGE_HEADERS).send(page);
  }
}
