import { type Decision, type RiskLevel, type Verdict } from '@tollgate/contracts';
import { type Instant } from '../approval/approval.js';
import { nameOf } from '../ask/describe-ask.js';
import { type Contact } from '../contacts/contact.js';
import { type ListedTime, listedTime } from './describe-deadline.js';
import { type Waiting } from './find-waiting.js';

/** One request on which the reader said something, in words. Texts of others are as they came. */
export interface DecidedRow {
  readonly requestId: string;
  readonly action: string;
  readonly environment: string;
  readonly risk: RiskLevel;
  readonly requester: string;
  readonly verdict: Verdict;
  readonly saidAt: ListedTime;
  readonly reason: string;
  /** Who it was said for, where the reader stood for somebody. */
  readonly onBehalfOf?: string;
  /** Why it does not count; absent where it does. */
  readonly uncounted?: string;
  /** How it ended; absent while it is open. */
  readonly outcome?: {
    readonly kind: Decision['outcome'];
    readonly words: string;
    readonly at: ListedTime;
  };
}

const OUTCOMES: Readonly<Record<Decision['outcome'], string>> = {
  approved: 'Approved',
  denied: 'Denied',
  cancelled: 'Withdrawn',
  expired: 'Nobody decided in time',
};

/**
 * Says what the reader decided, and how it ended.
 * @returns undefined where they said nothing on it
 */
export function decidedRow(
  { approval, votes, now }: Waiting,
  reader: string,
  contacts: ReadonlyMap<string, Contact>,
): DecidedRow | undefined {
  const { file, decision } = approval;
  const mine = (decision?.votes ?? votes).filter(({ person }) => person === reader);
  // What came after the decision is not in it.
  const last = mine.findLast(({ counted }) => counted) ?? votes.findLast(({ person }) => person === reader);
  if (last === undefined) return undefined;
  const zone = contacts.get(reader)?.zone ?? 'UTC';
  const time = (timestamp: string): ListedTime => {
    const instant: Instant = Date.parse(timestamp);
    return listedTime(instant, now, zone);
  };
  return {
    requestId: file.request.id,
    action: file.request.action,
    environment: file.request.environment,
    risk: file.route.riskLevel.effective,
    requester: nameOf(file.request.requester, contacts),
    verdict: last.verdict,
    saidAt: time(last.at),
    reason: last.reason,
    ...(last.onBehalfOf === undefined ? {} : { onBehalfOf: nameOf(last.onBehalfOf, contacts) }),
    ...(last.counted ? {} : { uncounted: last.why ?? 'It came too late.' }),
    ...(decision === undefined
      ? {}
      : {
          outcome: {
            kind: decision.outcome,
            words: OUTCOMES[decision.outcome],
            at: time(decision.decidedAt),
          },
        }),
  };
}
