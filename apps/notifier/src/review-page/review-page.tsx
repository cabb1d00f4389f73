import { type Decision, type Vote } from '@tollgate/contracts';
import { type ComponentChildren, type JSX } from 'preact';
import { stepOf } from '../approval/approval.js';
import { voicesOf } from '../approval/asked.js';
import { describeAsk, nameOf } from '../ask/describe-ask.js';
import { describeTime } from '../ask/describe-time.js';
import { pageAsset, visibleText } from '@tollgate/pages';
import { type Page, type PageExtras, renderPage } from '../page/page-layout.js';
import { QuestionForm, Questions } from '../question/questions-part.js';
import { OverrideForm } from '../override/override-form.js';
import { AskDetails, AskNotices, Lead, OthersAsked, OverridesMade, VotesCast } from './ask-details.js';
import { Clock, Waiting } from './live-parts.js';
import { OUTCOMES } from './outcomes.js';
import { Fault, Form, Mine, type ReviewForm } from './review-form.js';
import { type Review, stateOf } from './review.js';

/** Keeps an open page up to date; the page works as well without it. */
export const LIVE_SCRIPT = pageAsset(new URL('./live-review.browser.mjs', import.meta.url));

/** What was decided, by whom and when. */
const Decided = ({ decision, zone }: { readonly decision: Decision; readonly zone: string }): JSX.Element => (
  <p class={`notice ${decision.outcome === 'approved' ? 'good' : 'bad'}`}>
    <strong>{OUTCOMES[decision.outcome]}</strong>, {describeTime(Date.parse(decision.decidedAt), zone)}.{' '}
    {visibleText(decision.explanation)}
  </p>
);

/** Every vote on record after the decision: those that it lists, as it lists them, and those that came too late. */
const allVotes = ({ votes: listed }: Decision, recorded: readonly Vote[]): Vote[] => [
  ...listed,
  ...recorded.slice(listed.length),
];

/** What a review page shows besides the review. */
export interface Surroundings extends Pick<PageExtras, 'signedIn'> {
  /** At its end, while the request is open. */
  readonly below?: ComponentChildren;
}

/**
 * The page of a review, as things stand.
 * @param path of the page
 * @param form for the person's vote; shown only while the person may vote
 */
export function reviewPage(
  review: Review,
  path: string,
  form: ReviewForm,
  { below, ...extras }: Surroundings = {},
): Page {
  const { approval, person, contacts, votes, now } = review;
  const state = stateOf(review);
  const zone = contacts.get(person)?.zone ?? 'UTC';
  const ask = describeAsk(approval, person, votes, contacts);
  const overrideForm = (
    <OverrideForm review={review} path={path} view={form.view} written={form.justification} />
  );
  const page = (title: string, content: ComponentChildren, recorded: readonly Vote[] = votes): Page =>
    renderPage(
      title,
      <>
        <Fault fault={form.fault} />
        <Lead ask={ask} />
        {content}
        <AskDetails ask={ask} />
        <Questions review={review} />
        {approval.status === 'closed' && (
          <OverridesMade overrides={approval.overrides ?? []} contacts={contacts} zone={zone} />
        )}
        {overrideForm}
        {recorded.length > 0 && <VotesCast votes={recorded} contacts={contacts} zone={zone} />}
        {approval.status === 'pending' && below}
      </>,
      extras,
    );
  switch (state.kind) {
    case 'open':
      return renderPage(
        'Your approval is asked',
        <div data-live={`${path}/events?seen=${votes.length}&step=${approval.step}`}>
          <Fault fault={form.fault} />
          <Lead ask={ask} />
          <div data-part="news" role="status" />
          <div data-part="clock">
            <Clock ask={ask} deadline={approval.deadline ?? approval.openedAt} now={now} />
          </div>
          <p class="jump">
            <a href="#decide">Go to your decision</a>
          </p>
          <AskNotices ask={ask} />
          <AskDetails ask={ask} />
          <div data-part="questions">
            <Questions review={review} />
          </div>
          <div data-part="others">
            <OthersAsked ask={ask} />
          </div>
          <Form
            form={form}
            contentHash={ask.contentHash}
            mine={state.mine}
            reasonFor={stepOf(approval.file, approval.step).reasonFor ?? []}
            voices={voicesOf(approval, person).map((voice) => ({
              person: voice,
              name: voice === person ? 'Myself' : nameOf(voice, contacts),
            }))}
          />
          <QuestionForm review={review} path={path} view={form.view} written={form.question} />
          {overrideForm}
          {below}
        </div>,
        { ...extras, script: LIVE_SCRIPT },
      );
    case 'decided':
      return page(
        `Decided: ${state.decision.outcome}`,
        <>
          <Decided decision={state.decision} zone={zone} />
          <Mine vote={state.mine} />
          <p>There is nothing left to do here.</p>
        </>,
        allVotes(state.decision, votes),
      );
    case 'may-override':
      return page(
        'You may override a guardrail',
        <>
          <p class="notice">
            This request asks other people to decide, and does not ask you. You may override what stands in
            its way, with a justification.
            <Waiting ask={ask} />
          </p>
          <AskNotices ask={ask} />
          <OthersAsked ask={ask} heading="Asked now" />
        </>,
      );
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
