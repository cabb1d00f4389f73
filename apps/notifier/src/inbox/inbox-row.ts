import { type RiskLevel, type SignIn, type Vote } from '@tollgate/contracts';
import { heardOf, voiceOf } from '@tollgate/policy';
import { type Instant, stepOf } from '../approval/approval.js';
import { standsFor } from '../approval/asked.js';
import { countingIn } from '../approval/judge-step.js';
import { waitingFor } from '../approval/waiting-for.js';
import { nameOf } from '../ask/describe-ask.js';
import { type Contact } from '../contacts/contact.js';
import { type Alike, alikeKey, alikeOf, mayBeTogether } from './alike.js';
import { inOneLine } from './in-words.js';
import { leftUntil, type ListedTime, listedTime } from './describe-deadline.js';
import { type Waiting } from './find-waiting.js';

/** One request in a list of what waits, in words. Texts of the requester are as they came. */
export interface InboxRow {
  readonly requestId: string;
  readonly action: string;
  readonly environment: string;
  readonly risk: RiskLevel;
  /** What it is to be done to, in one line: `service shop · region eu-west`. */
  readonly target: string;
  readonly requester: string;
  readonly deadline: ListedTime;
  readonly left: string;
  /** Less than an hour is left. */
  readonly isUrgent: boolean;
  /** `1 of 2 answered, waiting for finance`. */
  readonly waitsFor: string;
  /** What the reader said on it before, and whether it counts; absent where they said nothing. */
  readonly said?: string;
  /** For whom the reader is asked, where it is not for themselves. */
  readonly standsFor: readonly string[];
  readonly signIn: SignIn;
  /** The same for all that may be decided together; absent for what is decided by itself. */
  readonly together?: string;
}

const URGENT_MS = 60 * 60 * 1000;

const SAID: Readonly<Record<Vote['verdict'], string>> = {
  approve: 'approved',
  deny: 'denied',
  abstain: 'abstained',
};

/** How many of a step have answered, and what is still waited for. */
function standingInWords({ approval, votes }: Pick<Waiting, 'approval' | 'votes'>): string {
  const { file, step } = approval;
  const { approvers } = stepOf(file, step);
  const asked = new Set(approvers.map(({ person }) => person));
  const heard = heardOf(countingIn(votes, step)).filter((vote) => asked.has(voiceOf(vote)));
  const missing = waitingFor(file, step, votes);
  const answered = heard.length === 0 ? 'nobody has answered' : `${heard.length} of ${asked.size} answered`;
  return missing === '' ? answered : `${answered}, waiting for ${missing}`;
}

/** What somebody said last on a request, for themselves or for another, in words. */
function saidInWords(votes: readonly Vote[], reader: string, step: number): string | undefined {
  const mine = votes.filter(({ person }) => person === reader);
  const last = mine.findLast((vote) => vote.counted && vote.step === step) ?? mine.at(-1);
  if (last === undefined) return undefined;
  const who = last.onBehalfOf === undefined ? 'You' : `For ${last.onBehalfOf} you`;
  if (last.counted && last.step !== step) return `${who} ${SAID[last.verdict]} in an earlier step.`;
  return `${who} ${SAID[last.verdict]}${last.counted ? '.' : `, which does not count: ${last.why ?? 'it came too late.'}`}`;
}

/**
 * Says what waits, for a list.
 * @param reader whose list it is
 * @param contacts of whoever is named
 */
export function inboxRow(waiting: Waiting, reader: string, contacts: ReadonlyMap<string, Contact>): InboxRow {
  const { approval, votes, now } = waiting;
  const { file, step, openedAt } = approval;
  const { request } = file;
  const zone = contacts.get(reader)?.zone ?? 'UTC';
  const deadline: Instant = approval.deadline ?? openedAt;
  const alike: Alike = alikeOf(file);
  const said = saidInWords(votes, reader, step);
  return {
    requestId: request.id,
    action: alike.action,
    environment: alike.environment,
    risk: alike.risk,
    target: inOneLine(request.target),
    requester: nameOf(request.requester, contacts),
    deadline: listedTime(deadline, now, zone),
    left: leftUntil(deadline, now),
    isUrgent: deadline - now < URGENT_MS,
    waitsFor: standingInWords(waiting),
    ...(said === undefined ? {} : { said }),
    standsFor: standsFor(approval, reader).map((person) => nameOf(person, contacts)),
    signIn: alike.signIn,
    ...(mayBeTogether(alike) && now < deadline ? { together: alikeKey(alike) } : {}),
  };
}

/** Of the rows that may be decided together with another one on the page, how many there are of each kind. */
export function togetherOn(rows: readonly InboxRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { together } of rows)
    if (together !== undefined) counts.set(together, (counts.get(together) ?? 0) + 1);
  return new Map([...counts].filter(([, count]) => count > 1));
}
