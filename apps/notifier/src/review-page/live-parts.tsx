import { type Vote } from '@tollgate/contracts';
import { type JSX } from 'preact';
import { type Ask, describeAsk, nameOf } from '../ask/describe-ask.js';
import { describeTime } from '../ask/describe-time.js';
import { timeLeft } from '../ask/time-left.js';
import { visibleText } from '@tollgate/pages';
import { Questions } from '../question/questions-part.js';
import { renderPart } from '../page/page-layout.js';
import { OUTCOMES } from './outcomes.js';
import { GuardrailNotices, OthersAsked } from './ask-details.js';
import { type Review, stateOf } from './review.js';

/** What is waited for, whoever reads the page. */
export const Waiting = ({ ask }: { readonly ask: Ask }): JSX.Element | null =>
  ask.waitingFor === '' ? null : (
    <>
      {' '}
      Waiting for: <strong>{visibleText(ask.waitingFor)}</strong>.
    </>
  );

interface ClockProps {
  readonly ask: Ask;
  /** Instants, by the database's clock. */
  readonly deadline: number;
  readonly now: number;
}

/** Until when, how long that is, and what silence does. A timer is not announced while it runs. */
export const Clock = ({ ask, deadline, now }: ClockProps): JSX.Element => (
  <p class="notice">
    Decide until <strong>{ask.deadline}</strong> (
    <span role="timer" data-until={deadline} data-now={now}>
      {timeLeft(deadline - now)}
    </span>
    ). {ask.silence}
    <Waiting ask={ask} />
  </p>
);

const OverBecause = ({ review }: { readonly review: Review }): JSX.Element => {
  const { approval, contacts, person } = review;
  const { decision } = approval;
  if (decision === undefined)
    return <>Meanwhile this request went on, and what you see here is not what is asked now.</>;
  const zone = contacts.get(person)?.zone ?? 'UTC';
  return (
    <>
      <strong>{OUTCOMES[decision.outcome]}</strong>, {describeTime(Date.parse(decision.decidedAt), zone)}.{' '}
      {visibleText(decision.explanation)}
    </>
  );
};

/** Votes that the news name at most, the latest ones. */
const NAMED = 5;

/** What a page showed when it was loaded. */
export interface Seen {
  /** How many votes were on record. */
  readonly votes: number;
  /** The step that was asked, as an index of the plan. */
  readonly step: number;
}

interface NewsProps {
  readonly review: Review;
  /** The votes that came since the page was loaded. */
  readonly fresh: readonly Vote[];
  /** Whether another step is asked now. */
  readonly moved: boolean;
  readonly path: string;
}

const News = ({ review, fresh, moved, path }: NewsProps): JSX.Element | null => {
  if (moved || stateOf(review).kind !== 'open')
    return (
      <p class="notice warning">
        <OverBecause review={review} /> <a href={path}>Look again</a>
      </p>
    );
  if (fresh.length === 0) return null;
  const named = fresh.slice(-NAMED);
  return (
    <p class="notice">
      Since you opened this page:{' '}
      {named.map(({ person, verdict }) => `${nameOf(person, review.contacts)} said ${verdict}`).join('; ')}.
    </p>
  );
};

/** The parts of an open page that change while it is open, each as HTML, by the names that its elements carry. */
export interface LiveParts {
  readonly clock: string;
  readonly others: string;
  readonly guardrails: string;
  readonly questions: string;
  readonly news: string;
}

/**
 * How things stand now, for a page that was loaded before.
 * @param path of the page
 */
export function liveParts(review: Review, seen: Seen, path: string): LiveParts {
  const { approval, person, votes, contacts, now } = review;
  const ask = describeAsk(approval, person, votes, contacts);
  const fresh = votes.slice(seen.votes).filter((vote) => vote.person !== person && vote.counted);
  return {
    clock: renderPart(<Clock ask={ask} deadline={approval.deadline ?? approval.openedAt} now={now} />),
    others: renderPart(<OthersAsked ask={ask} />),
    guardrails: renderPart(<GuardrailNotices ask={ask} />),
    questions: renderPart(<Questions review={review} />),
    news: renderPart(<News review={review} fresh={fresh} moved={approval.step !== seen.step} path={path} />),
  };
}
