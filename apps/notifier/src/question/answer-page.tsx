import { type ComponentChildren, type JSX } from 'preact';
import { describeAsk } from '../ask/describe-ask.js';
import { describeTime } from '../ask/describe-time.js';
import { visibleText } from '@tollgate/pages';
import { MAX_REASON } from '../cast-vote/reason.js';
import { type Page, renderPage } from '../page/page-layout.js';
import { Lead } from '../review-page/ask-details.js';
import { OUTCOMES } from '../review-page/outcomes.js';
import { Fault } from '../review-page/review-form.js';
import { type AnswerRefusal } from './judge-answer.js';
import { type AnswerView } from './find-answer-page.js';
import { ExchangeRow } from './questions-part.js';
import { standsUntil } from './standing-clock.js';

/** What the form of an open question carries, and what was wrong with the last attempt. */
export interface AnswerForm {
  /** Where it posts to: the page itself. */
  readonly action: string;
  /** The one-time value of this view. */
  readonly view: string;
  /** What the person wrote before, when the page comes back. */
  readonly answer?: string;
  readonly fault?: string;
}

/** Why an answer was not taken, in a sentence for the person. */
export const ANSWER_FAULTS: Readonly<Record<AnswerRefusal, string>> = {
  closed: 'The request was decided meanwhile, so your answer was not taken.',
  late: 'The time to decide is over, so your answer was not taken.',
  answered: 'The question was answered already, and that answer stands. Yours was not taken.',
};

const Form = ({ form }: { readonly form: AnswerForm }): JSX.Element => (
  <section id="answer-section" aria-labelledby="answer-heading">
    <h2 id="answer-heading">Your answer</h2>
    <form method="post" action={form.action} autocomplete="off">
      <input type="hidden" name="view" value={form.view} />
      <label for="answer">Answer</label>
      <p class="aside" id="answer-hint">
        Everybody who is asked gets it by mail. It decides nothing, is on record, and cannot be changed.
      </p>
      <textarea
        id="answer"
        name="answer"
        rows={5}
        maxLength={MAX_REASON}
        required
        aria-describedby={form.fault === undefined ? 'answer-hint' : 'answer-hint fault'}
      >
        {form.answer ?? ''}
      </textarea>
      <button type="submit">Send the answer</button>
    </form>
  </section>
);

/** The page on which the requester answers a question, as things stand. */
export function answerPage(view: AnswerView, form: AnswerForm): Page {
  const { approval, question, contacts, person, now } = view;
  const zone = contacts.get(person)?.zone ?? 'UTC';
  const ask = describeAsk(approval, person, [], contacts);
  const page = (title: string, content: ComponentChildren): Page =>
    renderPage(
      title,
      <>
        <Fault fault={form.fault} />
        <Lead ask={ask} />
        {content}
      </>,
    );
  const exchange = (
    <section aria-label="The question">
      <ExchangeRow question={question} contacts={contacts} zone={zone} />
    </section>
  );
  const { decision } = approval;
  if (decision !== undefined)
    return page(
      'The request is decided',
      <>
        <p class={`notice ${decision.outcome === 'approved' ? 'good' : 'bad'}`}>
          <strong>{OUTCOMES[decision.outcome]}</strong>, {describeTime(Date.parse(decision.decidedAt), zone)}.{' '}
          {visibleText(decision.explanation)}
        </p>
        {exchange}
        <p>There is nothing left to answer.</p>
      </>,
    );
  if (question.answer !== undefined)
    return page(
      'The question is answered',
      <>
        <p class="notice good">The answer is on record, and goes by mail to those who decide.</p>
        {exchange}
        <p>There is nothing left to do here.</p>
      </>,
    );
  if (approval.deadline === undefined || now >= approval.deadline)
    return page(
      'The time is over',
      <>
        <p class="notice bad">It was to be decided until {ask.deadline}. An answer is no longer taken.</p>
        {exchange}
      </>,
    );
  const until = standsUntil(approval, now);
  return page(
    'You are asked a question',
    <>
      <p class="notice">
        It is to be decided until <strong>{ask.deadline}</strong>. {ask.silence}
        {until !== undefined &&
          ` The clock stands for your answer, until ${describeTime(until, zone)} at most.`}
      </p>
      {exchange}
      <Form form={form} />
    </>,
  );
}
