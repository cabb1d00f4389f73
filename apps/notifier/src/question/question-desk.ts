import { type FastifyReply } from 'fastify';
import { type KnownBy } from '../cast-vote/sign-in-obstacle.js';
import { type PageRefusals } from '../page/page-refusals.js';
import { sendOn, sendPage } from '@tollgate/pages';
import { type OpenedReview, type ReviewDesk } from '../review-page/review-desk.js';
import { type ReviewSettings } from '../review-page/review-settings.js';
import { bindingOf } from '../review-page/review.js';
import { VIEW_VALID_MS } from '../review-page/view-values.js';
import { type AskQuestions } from './ask-questions.js';
import { QUESTION_FAULTS } from './question-words.js';
import { formText, textFault } from './text-fault.js';

const STALE = 'The page was open for too long, so your question was not sent. Look again, and ask then.';

/** What a page's form asks. */
export const questionOf = (body: unknown): string => formText(body, 'question');

/** Takes the questions of review pages, however they were opened. */
export class QuestionDesk {
  constructor(
    private readonly ask: Pick<AskQuestions, 'ask'>,
    private readonly desk: Pick<ReviewDesk, 'page'>,
    private readonly refusals: PageRefusals,
    private readonly settings: Pick<ReviewSettings, 'views'>,
  ) {}

  /**
   * Takes the form of a page: asks its question, or says on the page why not.
   * @param body as the server parsed it
   * @param knownBy how surely it is known who sends it
   */
  async take(reply: FastifyReply, opened: OpenedReview, body: unknown, knownBy: KnownBy): Promise<void> {
    const { review, holder, path } = opened;
    const { approval, person, now } = review;
    const question = questionOf(body);
    const again = (status: number, fault: string, page = opened): Promise<void> =>
      sendPage(reply, status, this.desk.page(page, { question, fault }));
    const view = this.settings.views.read(formText(body, 'view'), bindingOf(review, holder));
    if (view === undefined || now - view.openedAt >= VIEW_VALID_MS) {
      this.refusals.count('stale-page');
      return again(409, STALE);
    }
    const fault = textFault(question);
    if (fault !== undefined) return again(422, `The question ${fault}. Nothing was sent.`);
    const outcome = await this.ask.ask({
      requestId: approval.requestId,
      person,
      text: question,
      view: view.hash,
      ...knownBy,
    });
    if (outcome.kind === 'asked') return sendOn(reply, path);
    const words = QUESTION_FAULTS[outcome.kind === 'refused' ? outcome.why : 'not-asked'];
    if (outcome.kind === 'refused' && outcome.why === 'view-used') this.refusals.count('used-page');
    await again(409, words, { ...opened, review: (await opened.again()) ?? review });
  }
}
