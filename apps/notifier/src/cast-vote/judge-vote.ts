import { type Authentication, SIGN_INS, type Verdict, type Vote } from '@tollgate/contracts';
import { type Approval, type Instant, isoTime, type RecordedVote, stepOf } from '../approval/approval.js';
import {
  countingIn,
  hasStages,
  type IsActive,
  judgeStep,
  type StepStanding,
} from '../approval/judge-step.js';

/** What somebody says on a request. */
export interface Ballot {
  readonly requestId: string;
  readonly person: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly authentication: Authentication;
  /** The hash of what the voter saw, where they say it. */
  readonly contentHash?: string;
}

/** Why a vote does not count; each has words of its own for the voter. */
export type Uncounted =
  'closed' | 'late' | 'step-over' | 'not-yet' | 'stage-ahead' | 'excluded' | 'inactive' | 'sign-in';

/** A vote began another stage. */
export interface StageBegun {
  /** Those who may vote now and might not before. */
  readonly newly: readonly string[];
}

/** What becomes of a ballot. */
export type Judgement =
  /** Goes on record and counts; `standing` is where the step stands with it, `begun` the stage that it began. */
  | {
      readonly kind: 'counted';
      readonly vote: RecordedVote;
      readonly standing: StepStanding;
      readonly begun?: StageBegun;
    }
  /** Goes on record and does not count. */
  | { readonly kind: 'uncounted'; readonly why: Uncounted; readonly vote: RecordedVote }
  /** The person's last vote says the same: nothing new goes on record. */
  | { readonly kind: 'repeated'; readonly counted: true }
  | { readonly kind: 'repeated'; readonly counted: false; readonly why: Uncounted }
  /** Nothing goes on record: the plan does not know the person, or the voter saw something else. */
  | { readonly kind: 'stranger' }
  | { readonly kind: 'other-content' }
  /** Nothing goes on record: the person has changed their mind too often. */
  | { readonly kind: 'too-many' };

/** Votes of one person on one request; a decision lists them all, and has to fit into a record. */
export const MAX_VOTES_PER_PERSON = 10;

/** What a ballot is judged by. */
export interface JudgeFacts {
  readonly now: Instant;
  readonly isActive: IsActive;
}

const WORDS: Readonly<Record<Uncounted, string>> = {
  closed: 'It came after the decision.',
  late: 'It came after the deadline.',
  'step-over': 'The step in which its person was asked is over.',
  'not-yet': 'Its person is asked only in a later step.',
  'stage-ahead': 'Their stage has not begun.',
  excluded: 'Its person may not decide on this request.',
  inactive: 'Its person is not active in the directory.',
  'sign-in': 'The request asks for a stronger sign-in.',
};

function obstacle(
  approval: Approval,
  ballot: Ballot,
  { now, isActive }: JudgeFacts,
  mayVote: readonly string[] | undefined,
): Uncounted | 'stranger' | undefined {
  const { plan, signIn } = approval.file.route;
  const asked = plan.findLastIndex(
    ({ approvers }, index) =>
      index <= approval.step && approvers.some(({ person }) => person === ballot.person),
  );
  if (asked < 0) {
    if (plan.some(({ approvers }) => approvers.some(({ person }) => person === ballot.person)))
      return 'not-yet';
    return plan.some(({ excluded }) => excluded.some(({ person }) => person === ballot.person))
      ? 'excluded'
      : 'stranger';
  }
  if (!isActive(ballot.person)) return 'inactive';
  if (approval.status === 'closed') return 'closed';
  if (asked < approval.step) return 'step-over';
  if (mayVote?.includes(ballot.person) === false) return 'stage-ahead';
  if (SIGN_INS.indexOf(ballot.authentication) < SIGN_INS.indexOf(signIn)) return 'sign-in';
  return approval.deadline !== undefined && now < approval.deadline ? undefined : 'late';
}

const standingWith = (
  approval: Approval,
  recorded: readonly RecordedVote[],
  isActive: IsActive,
): StepStanding =>
  judgeStep(
    stepOf(approval.file, approval.step),
    countingIn(
      recorded.map(({ vote }) => vote),
      approval.step,
    ),
    isActive,
  );

/** Only where there are stages can a vote be too early, or begin another one. */
const standingBefore = (
  approval: Approval,
  recorded: readonly RecordedVote[],
  isActive: IsActive,
): StepStanding | undefined =>
  approval.status === 'pending' && hasStages(stepOf(approval.file, approval.step).quorum)
    ? standingWith(approval, recorded, isActive)
    : undefined;

function stageBegun(before: StepStanding | undefined, { mayVote }: StepStanding): StageBegun | undefined {
  if (before === undefined) return undefined;
  const earlier = new Set(before.mayVote);
  const newly = mayVote.filter((person) => !earlier.has(person));
  return newly.length === 0 ? undefined : { newly };
}

const saysTheSame = (vote: Vote, ballot: Ballot, step: number): boolean =>
  vote.step === step && vote.verdict === ballot.verdict && vote.reason === ballot.reason;

/**
 * Judges one ballot. A vote counts only while the approval is pending, its step is the current one, the clock is
 * before the deadline, and its person is an approver of the step whose stage has begun, and active; it may change
 * until the decision.
 * @param recorded every vote on the request so far, in the order in which they were cast
 */
export function judgeVote(
  approval: Approval,
  recorded: readonly RecordedVote[],
  ballot: Ballot,
  facts: JudgeFacts,
): Judgement {
  const before = standingBefore(approval, recorded, facts.isActive);
  const mine = recorded.filter(({ vote }) => vote.person === ballot.person);
  // Whoever was heard in this step may take it back, also while an earlier stage has to be met again.
  const wasHeard = mine.some(({ vote }) => vote.counted && vote.step === approval.step);
  const why = obstacle(approval, ballot, facts, wasHeard ? undefined : before?.mayVote);
  if (why === 'stranger') return { kind: 'stranger' };
  if (ballot.contentHash !== undefined && ballot.contentHash !== approval.file.request.contentHash) {
    return { kind: 'other-content' };
  }
  const last = mine.at(-1)?.vote;
  if (last !== undefined && saysTheSame(last, ballot, approval.step)) {
    // Also after the decision: whoever did not hear the answer asks again and gets the same.
    if (last.counted && (why === undefined || why === 'closed')) return { kind: 'repeated', counted: true };
    if (why !== undefined && last.why === WORDS[why]) return { kind: 'repeated', counted: false, why };
  }
  if (mine.length >= MAX_VOTES_PER_PERSON) return { kind: 'too-many' };
  const vote: RecordedVote = {
    number: recorded.length + 1,
    count: mine.length + 1,
    vote: {
      person: ballot.person,
      step: approval.step,
      verdict: ballot.verdict,
      reason: ballot.reason,
      at: isoTime(facts.now),
      authentication: ballot.authentication,
      counted: why === undefined,
      ...(why === undefined ? {} : { why: WORDS[why] }),
    },
  };
  if (why !== undefined) return { kind: 'uncounted', why, vote };
  const standing = standingWith(approval, [...recorded, vote], facts.isActive);
  const begun = stageBegun(before, standing);
  return { kind: 'counted', vote, standing, ...(begun === undefined ? {} : { begun }) };
}
