import { type FastifyReply } from 'fastify';
import { stepOf } from '../approval/approval.js';
import { type CastVotes } from '../cast-vote/cast-votes.js';
import { lacksReason, reasonFault } from '../cast-vote/reason.js';
import { type KnownBy } from '../cast-vote/sign-in-obstacle.js';
import { reasonMissing, STALE, voteFault } from '../cast-vote/vote-fault.js';
import { type Page } from '../page/page-layout.js';
import { type PageRefusals } from '../page/page-refusals.js';
import { sendOn, sendPage } from '@tollgate/pages';
import { type PasskeyVotes } from '../passkeys/passkey-votes.js';
import { type ReviewGate } from '../sign-in/review-gate.js';
import { readForm } from './read-form.js';
import { type ReviewForm } from './review-form.js';
import { type Surroundings, reviewPage } from './review-page.js';
import { type ReviewSettings } from './review-settings.js';
import { bindingOf, type Review } from './review.js';
import { type ReadView, VIEW_VALID_MS } from './view-values.js';

/** A review that was opened by a link, or by somebody who is signed in. */
export interface OpenedReview {
  readonly review: Review;
  /** Who looks, for the one-time value of the view: the token of the link, or the session. */
  readonly holder: string;
  /** Of the page. Its form goes to `decision` below it. */
  readonly path: string;
  /** Reads the review again, as it stands then. */
  readonly again: () => Promise<Review | undefined>;
  /** What the page shows besides. */
  readonly around?: Surroundings;
}

const NO_VERDICT = 'You have not chosen between Approve, Deny and Abstain. Nothing was decided.';

/** Shows review pages and takes their forms: the same rules, however the page was opened. */
export class ReviewDesk {
  constructor(
    private readonly castVotes: Pick<CastVotes, 'cast'>,
    private readonly gate: Pick<ReviewGate, 'wantsPasskey'>,
    private readonly passkeyVotes: Pick<PasskeyVotes, 'ask'>,
    private readonly refusals: PageRefusals,
    private readonly settings: ReviewSettings,
  ) {}

  /** The page as things stand, with a new one-time value. */
  page(
    { review, holder, path, around }: OpenedReview,
    said: Pick<ReviewForm, 'reason' | 'question' | 'justification' | 'fault'> = {},
  ): Page {
    const view = this.settings.views.make(bindingOf(review, holder), review.approval.step, review.now);
    return reviewPage(review, path, { action: `${path}/decision`, view, ...said }, around);
  }

  /**
   * Takes the form of a page: casts its vote, or says on the page why not.
   * @param body as the server parsed it
   * @param knownBy how surely it is known who sends it
   */
  async take(reply: FastifyReply, opened: OpenedReview, body: unknown, knownBy: KnownBy): Promise<void> {
    const { review, holder, path } = opened;
    const { approval, person } = review;
    const { verdict, reason, onBehalfOf, contentHash, view: value } = readForm(body);
    const again = (status: number, fault: string): Promise<void> =>
      sendPage(reply, status, this.page(opened, { reason, fault }));
    const view = this.settings.views.read(value, bindingOf(review, holder));
    // What comes after the decision is kept as too late, from whatever page.
    if (approval.status === 'pending' && !this.#isFresh(review, view, contentHash)) return again(409, STALE);
    if (verdict === undefined) return again(422, NO_VERDICT);
    const fault = reasonFault(reason);
    if (fault !== undefined) return again(422, `The reason ${fault}. Nothing was decided.`);
    const ballot = {
      requestId: approval.requestId,
      person,
      ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
      verdict,
      reason,
      contentHash,
      ...(view === undefined ? {} : { step: view.step, view: view.hash }),
    };
    if (this.gate.wantsPasskey(approval, knownBy)) {
      // Before the person takes out their passkey for a vote that is not taken without one.
      if (lacksReason(stepOf(approval.file, approval.step), ballot))
        return again(422, reasonMissing(verdict));
      return sendPage(reply, 200, await this.passkeyVotes.ask(approval, ballot, path));
    }
    const outcome = await this.castVotes.cast({ ...ballot, ...knownBy });
    const refused = voteFault(outcome);
    if (refused === undefined) return sendOn(reply, path);
    if (outcome.kind === 'uncounted' && outcome.why === 'view-used') this.refusals.count('used-page');
    const after = (await opened.again()) ?? review;
    await sendPage(reply, 409, this.page({ ...opened, review: after }, { reason, fault: refused }));
  }

  #isFresh({ approval, person, now }: Review, view: ReadView | undefined, contentHash: string): boolean {
    const { requestId, file } = approval;
    const fresh =
      view !== undefined && now - view.openedAt < VIEW_VALID_MS && contentHash === file.request.contentHash;
    if (!fresh) {
      this.refusals.count('stale-page');
      this.settings.logger.warn(
        { requestId, person, ...(view === undefined ? {} : { openedAt: view.openedAt }) },
        'a form of a page that is out of date, or not ours, was refused',
      );
    }
    return fresh;
  }
}
