import { type FastifyReply } from 'fastify';
import { type KnownBy } from '../cast-vote/sign-in-obstacle.js';
import { type PageRefusals } from '../page/page-refusals.js';
import { sendOn, sendPage } from '@tollgate/pages';
import { formText, textFault } from '../question/text-fault.js';
import { type OpenedReview, type ReviewDesk } from '../review-page/review-desk.js';
import { type ReviewSettings } from '../review-page/review-settings.js';
import { bindingOf } from '../review-page/review.js';
import { VIEW_VALID_MS } from '../review-page/view-values.js';
import { type OverrideGuardrails } from './override-guardrails.js';
import { OVERRIDE_FAULTS } from './override-words.js';

const STALE = 'The page was open for too long, so nothing was overridden. Look again, and override then.';
const NOT_CHOSEN = 'You have not chosen a guardrail. Nothing was overridden.';

/** What a page's form says. */
export const justificationOf = (body: unknown): string => formText(body, 'justification');

/** Takes the overrides of review pages, however they were opened. */
export class OverrideDesk {
  constructor(
    private readonly overrides: Pick<OverrideGuardrails, 'override'>,
    private readonly desk: Pick<ReviewDesk, 'page'>,
    private readonly refusals: PageRefusals,
    private readonly settings: Pick<ReviewSettings, 'views'>,
  ) {}

  /**
   * Takes the form of a page: overrides its guardrail, or says on the page why not.
   * @param body as the server parsed it
   * @param knownBy how surely it is known who sends it
   */
  async take(reply: FastifyReply, opened: OpenedReview, body: unknown, knownBy: KnownBy): Promise<void> {
    const { review, holder, path } = opened;
    const { approval, person, now } = review;
    const justification = justificationOf(body);
    const guardrail = formText(body, 'guardrail');
    const again = (status: number, fault: string, page = opened): Promise<void> =>
      sendPage(reply, status, this.desk.page(page, { justification, fault }));
    const view = this.settings.views.read(formText(body, 'view'), bindingOf(review, holder));
    if (view === undefined || now - view.openedAt >= VIEW_VALID_MS) {
      this.refusals.count('stale-page');
      return again(409, STALE);
    }
    if (guardrail === '') return again(422, NOT_CHOSEN);
    const fault = textFault(justification);
    if (fault !== undefined) return again(422, `The justification ${fault}. Nothing was overridden.`);
    const outcome = await this.overrides.override({
      requestId: approval.requestId,
      guardrail,
      person,
      justification,
      contentHash: approval.file.request.contentHash,
      view: view.hash,
      authentication: knownBy.authentication,
      ...(knownBy.signedInAt === undefined ? {} : { signedInAt: knownBy.signedInAt }),
    });
    if (outcome.kind === 'overridden') return sendOn(reply, path);
    const why = outcome.kind === 'refused' ? outcome.why : 'unknown';
    if (why === 'view-used') this.refusals.count('used-page');
    await again(409, OVERRIDE_FAULTS[why], { ...opened, review: (await opened.again()) ?? review });
  }
}
