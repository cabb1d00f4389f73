import { type LedgerEvent } from './ledger-event.js';
import { ReleaseFacts } from './release-facts.js';
import { type Finding } from './rule.js';
import { type SettledRequest } from './settled-requests.js';
import { isStageEvent, type StageEvent, StageFacts } from './stage-facts.js';

/** What comes of an event about a settled request. */
interface Late {
  /** What is kept of the request from now on: the same object where nothing changed. */
  readonly summary: SettledRequest;
  readonly findings: readonly Finding[];
}

/**
 * Takes an event about a request that is settled. Mails and answers may come, and its release may be used or revoked; a stage
 * may come again, but not be another.
 */
export function takeLate(known: LedgerEvent, requestId: string, summary: SettledRequest): Late {
  if (isStageEvent(known)) return { summary, findings: stageFindings(known, requestId, summary.stages) };
  switch (known.topic) {
    case 'vote.cast':
      return { summary, findings: known.event.data.vote.counted ? [LATE_VOTE] : [] };
    case 'release.redeemed':
    case 'release.revoked':
      return useLate(known, requestId, summary);
    case 'request.withdrawn':
    case 'request.failed':
      return { summary, findings: summary.release === undefined ? [] : [LATE_END] };
    default:
      return { summary, findings: [] };
  }
}

const LATE_VOTE: Finding = {
  rule: 'votes-in-time',
  detail: 'a vote that counts came after the request had ended',
};

const LATE_END: Finding = {
  rule: 'release-approved',
  detail: 'it was released, and was withdrawn or failed afterwards',
};

function stageFindings(known: StageEvent, requestId: string, stages: string): Finding[] {
  const { isFirst, findings } = StageFacts.of(requestId, stages).take(known);
  return isFirst
    ? [...findings, { rule: 'one-event', detail: `${known.topic} came after the request had ended` }]
    : findings;
}

type UseEvent = Extract<LedgerEvent, { topic: 'release.redeemed' | 'release.revoked' }>;

function useLate(known: UseEvent, requestId: string, summary: SettledRequest): Late {
  const { release } = summary;
  const facts = release === undefined ? new ReleaseFacts(requestId) : ReleaseFacts.of(requestId, release);
  const isUse = known.topic === 'release.redeemed';
  const twice = isUse ? facts.redeem(known.event.data) : [];
  if (!isUse) facts.revoke();
  return {
    summary: { ...summary, release: facts.summary },
    findings: twice.length > 0 ? twice : facts.judge(true),
  };
}
