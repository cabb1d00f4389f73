import { type Decision } from '@tollgate/contracts';
import { type Approval, stepOf } from '../approval/approval.js';
import { delegatesIn } from '../approval/asked.js';
import { approvalDocument } from './approval-document.js';
import { type ApprovalNews } from './approval-feed.js';

/** What the approvers of the current step and their delegates are told when an approval closes. */
export const closedNews = (approval: Approval, decision: Decision): ApprovalNews => ({
  event: 'closed',
  persons: [
    ...stepOf(approval.file, approval.step).approvers.map(({ person }) => person),
    ...delegatesIn(approval),
  ],
  document: () => ({
    ...approvalDocument(approval.file, {
      step: approval.step,
      status: 'closed',
      openedAt: approval.openedAt,
      deadline: approval.deadline ?? approval.openedAt,
    }),
    decision: {
      outcome: decision.outcome,
      decidedBy: decision.decidedBy,
      decidedAt: decision.decidedAt,
      explanation: decision.explanation,
    },
  }),
});
