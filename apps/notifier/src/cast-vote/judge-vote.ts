import { type Authentication, type DelegationDeclared, type Verdict, type Vote } from '@tollgate/contracts';
import { voiceOf } from '@tollgate/policy';
import { type Approval, type Instant, isoTime, type RecordedVote, stepOf } from '../approval/approval.js';
import {
  countingIn,
  hasStages,
  type IsActive,
  judgeStep,
  type StepStanding,
} from '../approval/judge-step.js';
import { lacksReason } from './reason.js';
import { SIGN_IN_RECENT_MS, signInObstacle } from './sign-in-obstacle.js';
import { CODES, type Uncounted, WORDS } from './uncounted.js';
import { type Voiced, voicedBy } from './voiced-by.js';

export { type Uncounted } from './uncounted.js';

/** What somebody says on a request. */
export interface Ballot {
  readonly requestId: string;
  readonly person: string;
  /** For whom, where the person stands for somebody; unless given, see `speakingFor`. */
  readonly onBehalfOf?: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly authentication: Authentication;
  /** Of the sign-in behind `authentication`; a link has none. */
  readonly signedInAt?: Instant;
  /** The hash of what the voter saw, where they say it. */
  readonly contentHash?: string;
  /** The step that the voter saw, as an index of the plan, where they say it. */
  readonly step?: number;
  /** The hash of the one-time value of the page view by which it is cast. */
  readonly view?: string;
}

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
  /** Goes on record and does not count; `words` where the words of `why` do not say it all. */
  | {
      readonly kind: 'uncounted';
      readonly why: Uncounted;
      readonly words?: string;
      readonly vote: RecordedVote;
    }
  /** The person's last vote says the same: nothing new goes on record. */
  | { readonly kind: 'repeated'; readonly counted: true }
  | {
      readonly kind: 'repeated';
      readonly counted: false;
      readonly why: Uncounted;
      readonly words?: string;
    }
  /** Nothing goes on record: the plan does not know the person, or the voter saw something else. */
  | { readonly kind: 'stranger' }
  | { readonly kind: 'other-content' }
  /** Nothing goes on record: nobody let the person vote for whom they say. */
  | { readonly kind: 'no-delegate' }
  /** Nothing goes on record: the person stands for several, and has not said for whom. */
  | { readonly kind: 'for-whom'; readonly voices: readonly string[] }
  /** Nothing goes on record: the step asks for a reason with this verdict, and none is given. */
  | { readonly kind: 'reason-missing'; readonly verdict: Verdict }
  /** Nothing goes on record: the person has changed their mind too often. */
  | { readonly kind: 'too-many' };

/** Votes of one person on one request; a decision lists them all, and has to fit into a record. */
export const MAX_VOTES_PER_PERSON = 10;

/** What a ballot is judged by. */
export interface JudgeFacts {
  readonly now: Instant;
  readonly isActive: IsActive;
  /** How long ago a sign-in may be where the policy asks for one, in milliseconds; default `SIGN_IN_RECENT_MS`. */
  readonly recentMs?: number;
  /** Whom the request excludes, and why; asked only where somebody votes for another. */
  readonly excluded?: () => ReadonlyMap<string, string>;
  /** To the person who votes, in the order of their starts; also those that ended. */
  readonly delegations?: readonly DelegationDeclared[];
}

function obstacle(
  approval: Approval,
  ballot: Ballot,
  { voice, broken, heard }: Voiced,
  { now, isActive, recentMs = SIGN_IN_RECENT_MS }: JudgeFacts,
  mayVote: readonly string[] | undefined,
): Uncounted | 'stranger' | undefined {
  const { plan, signIn } = approval.file.route;
  const asked = plan.findLastIndex(
    ({ approvers }, index) => index <= approval.step && approvers.some(({ person }) => person === voice),
  );
  if (asked < 0) {
    if (plan.some(({ approvers }) => approvers.some(({ person }) => person === voice))) return 'not-yet';
    return plan.some(({ excluded }) => excluded.some(({ person }) => person === ballot.person))
      ? 'excluded'
      : 'stranger';
  }
  if (!isActive(ballot.person)) return 'inactive';
  if (approval.status === 'closed') return 'closed';
  if (asked < approval.step) return 'step-over';
  if (broken !== undefined) return 'delegation';
  if (voice !== ballot.person && heard?.person === voice) return 'in-person';
  if (mayVote?.includes(voice) === false) return 'stage-ahead';
  const unsure = signInObstacle(signIn, ballot, now, recentMs);
  if (unsure !== undefined) return unsure;
  return approval.deadline !== undefined && now < approval.deadline ? undefined : 'late';
}

/** Why a vote that nothing else hinders does not count: its voter has not looked at what is asked now. */
function outdated(approval: Approval, ballot: Ballot, ofView: Vote | undefined): Uncounted | undefined {
  if (ballot.step !== undefined && ballot.step !== approval.step) return 'step-begun';
  return ofView === undefined ? undefined : 'view-used';
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

const saysTheSame = (vote: Vote, ballot: Ballot, voice: string, step: number): boolean =>
  vote.step === step &&
  vote.verdict === ballot.verdict &&
  vote.reason === ballot.reason &&
  voiceOf(vote) === voice;

/** The same vote by the same page view: its voter hears what became of it. */
function repeated({ counted, why }: Vote): Judgement {
  if (counted || why === undefined) return { kind: 'repeated', counted: true };
  const code = CODES.get(why);
  // Only what was said for another has words of its own.
  return code === undefined
    ? { kind: 'repeated', counted: false, why: 'delegation', words: why }
    : { kind: 'repeated', counted: false, why: code };
}

/**
 * Judges one ballot. A vote counts only while the approval is pending, its step is the current one, the clock is
 * before the deadline, and its person is an approver of the step whose stage has begun, or stands for one who has not
 * voted in person, and active; it may change until the decision. Each person has one vote: the last one, with
 * whatever voice. One view of a page is good for one vote, however often its form is sent. A vote that would count is
 * not taken without the reason that its step asks for.
 * @param recorded every vote on the request so far, in the order in which they were cast
 */
export function judgeVote(
  approval: Approval,
  recorded: readonly RecordedVote[],
  ballot: Ballot,
  facts: JudgeFacts,
): Judgement {
  const voiced = voicedBy(approval, recorded, ballot, facts);
  if ('kind' in voiced) return voiced;
  const { voice, delegation, broken, heard } = voiced;
  const before = standingBefore(approval, recorded, facts.isActive);
  const mine = recorded.filter(({ vote }) => vote.person === ballot.person);
  // Whoever was heard in this step may take it back, also while an earlier stage has to be met again.
  const wasHeard = mine.some(
    ({ vote }) => vote.counted && vote.step === approval.step && voiceOf(vote) === voice,
  );
  const hindered = obstacle(approval, ballot, voiced, facts, wasHeard ? undefined : before?.mayVote);
  if (hindered === 'stranger') return { kind: 'stranger' };
  if (ballot.contentHash !== undefined && ballot.contentHash !== approval.file.request.contentHash) {
    return { kind: 'other-content' };
  }
  const ofView = ballot.view === undefined ? undefined : mine.find(({ view }) => view === ballot.view)?.vote;
  if (ofView !== undefined && saysTheSame(ofView, ballot, voice, ofView.step)) return repeated(ofView);
  const why = hindered ?? outdated(approval, ballot, ofView);
  const told = why === 'delegation' ? broken : why === 'in-person' ? `${voice} voted in person.` : undefined;
  const words = told === undefined ? {} : { words: told };
  const last = mine.at(-1)?.vote;
  if (last !== undefined && saysTheSame(last, ballot, voice, approval.step)) {
    // Also after the decision: whoever did not hear the answer asks again and gets the same.
    const stands = last.counted && (delegation === undefined || heard === last);
    if (stands && (why === undefined || why === 'closed')) return { kind: 'repeated', counted: true };
    if (why !== undefined && last.why === (told ?? WORDS[why]))
      return { kind: 'repeated', counted: false, why, ...words };
  }
  if (mine.length >= MAX_VOTES_PER_PERSON) return { kind: 'too-many' };
  // What would not count anyway is told why not, rather than asked for a reason first.
  if (why === undefined && lacksReason(stepOf(approval.file, approval.step), ballot))
    return { kind: 'reason-missing', verdict: ballot.verdict };
  const vote: RecordedVote = {
    number: recorded.length + 1,
    count: mine.length + 1,
    ...(ballot.view === undefined ? {} : { view: ballot.view }),
    vote: {
      person: ballot.person,
      ...(delegation === undefined ? {} : { onBehalfOf: voice, delegation: delegation.id }),
      step: approval.step,
      verdict: ballot.verdict,
      reason: ballot.reason,
      at: isoTime(facts.now),
      authentication: ballot.authentication,
      counted: why === undefined,
      ...(why === undefined ? {} : { why: told ?? WORDS[why] }),
    },
  };
  if (why !== undefined) return { kind: 'uncounted', why, ...words, vote };
  const standing = standingWith(approval, [...recorded, vote], facts.isActive);
  const begun = stageBegun(before, standing);
  return { kind: 'counted', vote, standing, ...(begun === undefined ? {} : { begun }) };
}
