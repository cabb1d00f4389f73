import { type Decision, type Vote } from '@tollgate/contracts';
import { type ComponentChildren, type JSX } from 'preact';
import { type Ask, describeAsk } from '../ask/describe-ask.js';
import { describeTime } from '../ask/describe-time.js';
import { visibleText } from '../ask/visible-text.js';
import { MAX_REASON } from '../cast-vote/reason.js';
import { AskDetails, OthersAsked, VotesCast } from './ask-details.js';
import { renderPage } from './page-layout.js';
import { type Review, stateOf } from './review.js';

/** What the form of an open review carries, and what was wrong with the last attempt. */
export interface ReviewForm {
  /** Where it posts to. */
  readonly action: string;
  /** The one-time value of this view. */
  readonly nonce: string;
  /** What the person wrote before, when the page comes back. */
  readonly reason?: string;
  /** What to say about the last attempt. */
  readonly fault?: string;
}

const OUTCOMES: Readonly<Record<Decision['outcome'], string>> = {
  approved: 'Approved',
  denied: 'Denied',
  cancelled: 'Withdrawn',
  expired: 'Nobody decided in time',
};

const Mine = ({ vote }: { readonly vote: Vote | undefined }): JSX.Element | null =>
  vote === undefined ? null : (
    <p class="notice good">
      You said <strong>{vote.verdict}</strong>
      {vote.reason === '' ? '.' : <>: {visibleText(vote.reason)}</>}
      {vote.counted ? '' : ` It does not count: ${vote.why ?? 'it came too late.'}`}
    </p>
  );

const Form = ({
  ask,
  form,
  mine,
}: {
  readonly ask: Ask;
  readonly form: ReviewForm;
  readonly mine: Vote | undefined;
}): JSX.Element => (
  <section>
    <h2>Your decision</h2>
    <Mine vote={mine} />
    {form.fault !== undefined && (
      <p class="notice bad" role="alert" id="fault">
        {form.fault}
      </p>
    )}
    <form method="post" action={form.action}>
      <input type="hidden" name="contentHash" value={ask.contentHash} />
      <input type="hidden" name="view" value={form.nonce} />
      <fieldset aria-describedby={form.fault === undefined ? undefined : 'fault'}>
        <legend>What do you say?</legend>
        <label class="choice">
          <input type="radio" name="verdict" value="approve" required /> Approve
        </label>
        <label class="choice">
          <input type="radio" name="verdict" value="deny" required /> Deny
        </label>
      </fieldset>
      <label for="reason">Reason</label>
      <textarea id="reason" name="reason" rows={3} maxLength={MAX_REASON}>
        {form.reason ?? ''}
      </textarea>
      <button type="submit">Submit my decision</button>
    </form>
    <p class="aside">
      {mine === undefined
        ? 'You can change it until the request is decided.'
        : 'You can change what you said until the request is decided.'}
    </p>
  </section>
);

const Clock = ({ ask }: { readonly ask: Ask }): JSX.Element => (
  <p class="notice">
    Decide until <strong>{ask.deadline}</strong>. {ask.silence}
    <Waiting ask={ask} />
  </p>
);

/** What is waited for, whoever reads the page. */
const Waiting = ({ ask }: { readonly ask: Ask }): JSX.Element | null =>
  ask.waitingFor === '' ? null : (
    <>
      {' '}
      Waiting for: <strong>{visibleText(ask.waitingFor)}</strong>.
    </>
  );

/**
 * The page of a review link, as things stand.
 * @param form for the person's vote; shown only while the person may vote
 */
export function reviewPage(review: Review, form: ReviewForm): string {
  const { approval, person, contacts, votes } = review;
  const state = stateOf(review);
  const zone = contacts.get(person)?.zone ?? 'UTC';
  const ask = describeAsk(approval, person, votes, contacts);
  const page = (title: string, content: ComponentChildren, recorded: readonly Vote[] = votes): string =>
    renderPage(
      title,
      <>
        {content}
        <AskDetails ask={ask} />
        {recorded.length > 0 && <VotesCast votes={recorded} contacts={contacts} zone={zone} />}
      </>,
    );
  switch (state.kind) {
    case 'open':
      return renderPage(
        'Your approval is asked',
        <>
          <Clock ask={ask} />
          <AskDetails ask={ask} />
          <OthersAsked ask={ask} />
          <Form ask={ask} form={form} mine={state.mine} />
        </>,
      );
    case 'decided': {
      const { decision } = state;
      const content = (
        <>
          <p class={`notice ${decision.outcome === 'approved' ? 'good' : 'bad'}`}>
            <strong>{OUTCOMES[decision.outcome]}</strong>,{' '}
            {describeTime(Date.parse(decision.decidedAt), zone)}. {visibleText(decision.explanation)}
          </p>
          {form.fault !== undefined && (
            <p class="notice bad" role="alert">
              {form.fault}
            </p>
          )}
          <Mine vote={state.mine} />
          <p>There is nothing left to do here.</p>
        </>
      );
      return page(`Decided: ${decision.outcome}`, content, decision.votes);
    }
    case 'step-over':
      return page(
        'Other people are asked now',
        <>
          <p class="notice">
            The time in which you were asked is over. There is nothing left to do for you here.
            <Waiting ask={ask} />
          </p>
          <Mine vote={state.mine} />
          <OthersAsked ask={ask} heading="Asked now" />
        </>,
      );
    case 'stage-ahead':
      return page(
        'Others are asked before you',
        <>
          <p class="notice">
            You decide after others have answered. You get a mail when it is your turn.
            <Waiting ask={ask} />
          </p>
          {form.fault !== undefined && (
            <p class="notice bad" role="alert">
              {form.fault}
            </p>
          )}
          <Mine vote={state.mine} />
          <OthersAsked ask={ask} heading="Asked now" />
        </>,
      );
    case 'late':
      return page(
        'The time is over',
        <>
          <p class="notice bad">
            The deadline was {ask.deadline}. A decision is no longer counted; what was said before is below.
          </p>
          <Mine vote={state.mine} />
        </>,
      );
  }
}

/** The page for a link that opens nothing. */
export const unknownLinkPage = (): string =>
  renderPage(
    'This link does not work',
    <>
      <p class="notice bad">
        The link was changed on its way, or is not complete, or was never given out. Nothing was changed by
        opening it.
      </p>
      <p>
        Open the link in the mail again, in full: some mail programs cut long links at the end of a line. If
        it still does not work, ask whoever runs Tollgate to send it again.
      </p>
    </>,
  );

/** The page for a form that did not come from the review page. */
export const foreignFormPage = (path: string): string =>
  renderPage(
    'Nothing was decided',
    <>
      <p class="notice bad">
        The form did not come from this page in your browser, so it was not taken. If you did fill it in
        yourself, your browser does not say where forms come from: use a current one, over HTTPS.
      </p>
      <p>
        <a href={path}>Open the page again</a> and decide there.
      </p>
    </>,
  );
