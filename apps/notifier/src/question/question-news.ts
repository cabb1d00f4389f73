import { type Vote } from '@tollgate/contracts';
import { type Approval, type Instant } from '../approval/approval.js';
import { waitingFor } from '../approval/waiting-for.js';
import { approvalDocument } from '../approvals-api/approval-document.js';
import { type ApprovalNews } from '../approvals-api/approval-feed.js';
import { type Question } from './question.js';
import { standsUntil } from './standing-clock.js';

/**
 * What those who are asked hear when a question is asked or answered.
 * @param approval as it is by then
 * @param asked every question on the request
 */
export const questionNews = (
  approval: Approval,
  asked: readonly Question[],
  votes: readonly Vote[],
  now: Instant,
): ApprovalNews => ({
  event: 'changed',
  persons: approval.asked ?? [],
  document: () => {
    const { file, step, openedAt, deadline = openedAt } = approval;
    const pausedUntil = standsUntil(approval, now);
    return approvalDocument(file, {
      step,
      status: 'pending',
      openedAt,
      deadline,
      waitingFor: waitingFor(file, step, votes),
      ...(pausedUntil === undefined ? {} : { pausedUntil }),
      questions: asked,
    });
  },
});
