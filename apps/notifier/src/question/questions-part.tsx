import { MAX_QUESTIONS } from '@tollgate/contracts';
import { type JSX } from 'preact';
import { nameOf } from '../ask/describe-ask.js';
import { describeTime } from '../ask/describe-time.js';
import { visibleLines, visibleText } from '@tollgate/pages';
import { MAX_REASON } from '../cast-vote/reason.js';
import { type Contact } from '../contacts/contact.js';
import { type Review } from '../review-page/review.js';
import { type Question } from './question.js';
import { standsUntil } from './standing-clock.js';

/** A text of somebody, with what hides in it made visible. */
export const Said = ({ text }: { readonly text: string }): JSX.Element => (
  <pre class="prose">{visibleLines(text).join('\n')}</pre>
);

interface ExchangeProps {
  readonly question: Question;
  readonly contacts: ReadonlyMap<string, Contact>;
  readonly zone: string;
}

/** A question with its answer, or that it has none. */
export const ExchangeRow = ({ question, contacts, zone }: ExchangeProps): JSX.Element => {
  const { askedBy, askedOf, askedAt, text, answer } = question;
  return (
    <>
      <strong>{visibleText(nameOf(askedBy, contacts))}</strong> asked, {describeTime(askedAt, zone)}:
      <Said text={text} />
      {answer === undefined ? (
        <span class="aside">{visibleText(nameOf(askedOf, contacts))} has not answered yet.</span>
      ) : (
        <>
          <strong>{visibleText(nameOf(answer.answeredBy, contacts))}</strong> answered,{' '}
          {describeTime(answer.answeredAt, zone)}:
          <Said text={answer.text} />
        </>
      )}
    </>
  );
};

/** What the requester was asked, what they answered, and whether the clock stands for it; nothing where nobody asked. */
export const Questions = ({ review }: { readonly review: Review }): JSX.Element | null => {
  const { approval, contacts, person, now, questions } = review;
  if (questions.length === 0) return null;
  const zone = contacts.get(person)?.zone ?? 'UTC';
  const until = approval.status === 'pending' ? standsUntil(approval, now) : undefined;
  return (
    <section>
      <h2>Questions</h2>
      {until !== undefined && (
        <p class="aside">
          The clock stands while the answer is waited for, until {describeTime(until, zone)} at most. The
          deadline comes nearer with the answer.
        </p>
      )}
      <ul class="people">
        {questions.map((question) => (
          <li>
            <ExchangeRow question={question} contacts={contacts} zone={zone} />
          </li>
        ))}
      </ul>
    </section>
  );
};

interface FormProps {
  readonly review: Review;
  /** Of the page. */
  readonly path: string;
  /** The one-time value of this view. */
  readonly view: string;
  /** What the person wrote before, when the page comes back. */
  readonly written: string | undefined;
}

/** The form by which somebody who is asked asks back. It decides nothing. */
export const QuestionForm = ({ review, path, view, written }: FormProps): JSX.Element | null =>
  review.questions.length >= MAX_QUESTIONS ? null : (
    <details class="ask" open={written !== undefined}>
      <summary>Ask the requester a question</summary>
      <form method="post" action={`${path}/questions`} autocomplete="off">
        <input type="hidden" name="view" value={view} />
        <label for="question">Your question</label>
        <p class="aside" id="question-hint">
          It goes out by mail, and decides nothing. Everybody who is asked sees it and the answer.
        </p>
        <textarea
          id="question"
          name="question"
          rows={3}
          maxLength={MAX_REASON}
          required
          aria-describedby="question-hint"
        >
          {written ?? ''}
        </textarea>
        <button type="submit" class="quiet">
          Send the question
        </button>
      </form>
    </details>
  );
