import { Body, Controller, Get, Headers, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type LanesLogger } from '@tollgate/messaging';
import { unavailable } from '@tollgate/runtime';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type PolicySource } from '../approval/ruling-policy.js';
import { isSameOrigin, PageFaultFilter, sendOn, sendPage } from '@tollgate/pages';
import { PageRefusals } from '../page/page-refusals.js';
import { RequestLimits } from '../rate-limit/request-limits.js';
import { foreignFormPage, unknownLinkPage } from '../review-page/fault-pages.js';
import { ReviewSettings } from '../review-page/review-settings.js';
import { VIEW_VALID_MS } from '../review-page/view-values.js';
import { type Admission, ReviewGate } from '../sign-in/review-gate.js';
import { ANSWER_FAULTS, answerPage } from './answer-page.js';
import { AnswerQuestions } from './answer-questions.js';
import { type AnswerView, FindAnswerPage } from './find-answer-page.js';
import { answerPath } from './question-exchanges.js';
import { formText, textFault } from './text-fault.js';

const STALE = 'The page was open for too long, so your answer was not taken. Send it again now.';
const BY_LINK: Admission = { kind: 'admitted', knownBy: { authentication: 'link' } };

/** What the pages to answer need besides what is injected. */
export abstract class AnswerSettings {
  abstract readonly policy: PolicySource;
  abstract readonly logger: LanesLogger;
}

const bindingOf = ({ approval: { requestId, file } }: AnswerView, token: string) => ({
  holder: token,
  requestId,
  contentHash: file.request.contentHash,
});

/** The page on which the requester answers a question. Reading it, by a person or a machine, changes nothing. */
@ApiTags('answer page')
@Controller('answer/:token')
@UseFilters(PageFaultFilter)
export class AnswerController {
  constructor(
    private readonly views: FindAnswerPage,
    private readonly answers: AnswerQuestions,
    private readonly gate: ReviewGate,
    private readonly limits: RequestLimits,
    private readonly refusals: PageRefusals,
    private readonly settings: ReviewSettings,
    private readonly own: AnswerSettings,
  ) {}

  @Get()
  @ApiOperation({ summary: 'A question about my request, and the form to answer it. Changes nothing.' })
  @ApiResponse({ status: 200, description: 'text/html' })
  @ApiResponse({ status: 403, description: 'text/html: the request asks for a sign-in.' })
  @ApiResponse({ status: 404, description: 'text/html: the link opens nothing.' })
  @ApiResponse({ status: 429, description: 'text/html: too many pages; see Retry-After.' })
  async show(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('cookie') cookie?: string,
  ): Promise<void> {
    this.limits.fromAddress('pages', request.ip);
    const view = await this.views.find(token);
    if (view === undefined) return this.#unknown(reply);
    this.limits.ofPerson('pages', view.person);
    const admission = await this.#admit(cookie, token, view);
    if (admission.kind === 'held') return sendPage(reply, admission.status, admission.page);
    await this.#send(reply, 200, token, view);
  }

  @Post()
  @ApiOperation({ summary: 'Answer, from the page’s own form (application/x-www-form-urlencoded).' })
  @ApiResponse({ status: 303, description: 'The answer is on record; the page says so.' })
  @ApiResponse({ status: 403, description: 'text/html: the form did not come from the page.' })
  @ApiResponse({ status: 404, description: 'text/html: the link opens nothing.' })
  @ApiResponse({ status: 409, description: 'text/html: decided, answered already, or the page was too old.' })
  @ApiResponse({ status: 422, description: 'text/html: there is no answer in it.' })
  @ApiResponse({ status: 429, description: 'text/html: too many; see Retry-After.' })
  async answer(
    @Param('token') token: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('origin') origin?: string,
    @Headers('sec-fetch-site') fetchSite?: string,
    @Headers('cookie') cookie?: string,
  ): Promise<void> {
    this.limits.fromAddress('questions', request.ip);
    const view = await this.views.find(token);
    if (view === undefined) return this.#unknown(reply);
    const { approval, person, question, now } = view;
    const { requestId } = approval;
    this.limits.ofPerson('questions', person);
    const sent = {
      ...(origin === undefined ? {} : { origin }),
      ...(fetchSite === undefined ? {} : { fetchSite }),
    };
    if (!isSameOrigin(sent, this.settings.origin)) {
      this.refusals.count('foreign-form');
      this.own.logger.warn(
        { requestId, person },
        'a form that did not come from the answer page was refused',
      );
      return sendPage(reply, 403, foreignFormPage(answerPath(token)));
    }
    const admission = await this.#admit(cookie, token, view);
    if (admission.kind === 'held') return sendPage(reply, admission.status, admission.page);
    const text = formText(body, 'answer');
    const value = this.settings.views.read(formText(body, 'view'), bindingOf(view, token));
    if (value === undefined || now - value.openedAt >= VIEW_VALID_MS) {
      this.refusals.count('stale-page');
      return this.#send(reply, 409, token, view, { answer: text, fault: STALE });
    }
    const fault = textFault(text);
    if (fault !== undefined)
      return this.#send(reply, 422, token, view, {
        answer: text,
        fault: `The answer ${fault}. Nothing was sent.`,
      });
    const { authentication } = admission.knownBy;
    const outcome = await this.answers.answer({
      ...{ requestId, number: question.number, answeredBy: person },
      ...{ text, authentication, view: value.hash },
    });
    if (outcome.kind === 'answered') return sendOn(reply, answerPath(token));
    const after = (await this.views.find(token)) ?? view;
    await this.#send(reply, 409, token, after, { answer: text, fault: ANSWER_FAULTS[outcome.why] });
  }

  /** Who is in the directory signs in where those who decide do; anybody else has the link alone. */
  async #admit(cookie: string | undefined, token: string, view: AnswerView): Promise<Admission> {
    const ruling = this.own.policy.current();
    if (ruling === undefined) throw unavailable('No policy rules yet, so nobody is known; try again.');
    return Object.hasOwn(ruling.policy.directory.people, view.person)
      ? this.gate.admit(cookie, answerPath(token), view)
      : BY_LINK;
  }

  #send(
    reply: FastifyReply,
    status: number,
    token: string,
    view: AnswerView,
    said: { readonly answer?: string; readonly fault?: string } = {},
  ): Promise<void> {
    const value = this.settings.views.make(bindingOf(view, token), view.approval.step, view.now);
    return sendPage(reply, status, answerPage(view, { action: answerPath(token), view: value, ...said }));
  }

  #unknown(reply: FastifyReply): Promise<void> {
    this.refusals.count('unknown-link');
    this.own.logger.warn({}, 'an answer link that opens nothing was followed');
    return sendPage(reply, 404, unknownLinkPage());
  }
}
