import { type ApprovalDocument, type Override, type RouteResolved } from '@tollgate/contracts';
import { type Instant, isoTime } from '../approval/approval.js';
import { questionDocument } from '../question/question-document.js';
import { type Question } from '../question/question.js';

/** Where an approval stands, for its document. */
export interface Standing {
  readonly step: number;
  readonly status: 'pending' | 'closed';
  readonly openedAt: Instant;
  readonly deadline: Instant;
  /** What its quorum lacks, while it waits. */
  readonly waitingFor?: string;
  /** Until when its clock stands at most; absent where it runs. */
  readonly pausedUntil?: Instant;
  /** Absent where they are not told. */
  readonly overrides?: readonly Override[];
  /** Absent where they are not told. */
  readonly questions?: readonly Question[];
}

/** One approval as an approver's list and stream show it. */
export const approvalDocument = (
  { request, route }: RouteResolved,
  standing: Standing,
): ApprovalDocument => ({
  requestId: request.id,
  action: request.action,
  environment: request.environment,
  riskLevel: route.riskLevel.effective,
  requester: request.requester,
  reason: request.reason,
  contentHash: request.contentHash,
  openedAt: isoTime(standing.openedAt),
  deadline: isoTime(standing.deadline),
  step: standing.step,
  status: standing.status,
  signIn: route.signIn,
  ...(standing.waitingFor === undefined ? {} : { waitingFor: standing.waitingFor }),
  ...(standing.pausedUntil === undefined ? {} : { pausedUntil: isoTime(standing.pausedUntil) }),
  ...(route.preflight.length === 0 ? {} : { preflight: route.preflight }),
  ...(standing.overrides === undefined ? {} : { overrides: standing.overrides }),
  ...(standing.questions === undefined ? {} : { questions: standing.questions.map(questionDocument) }),
});
