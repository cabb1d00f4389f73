import { stepOf } from '../approval/approval.js';
import { type ApprovalChange } from '../approval/approvals.store.js';
import { delegatesIn } from '../approval/asked.js';
import { approvalDocument } from '../approvals-api/approval-document.js';
import { type ApprovalNews } from '../approvals-api/approval-feed.js';

/** How a step ended: by a decision, or by the next step with what its quorum lacks. */
export interface StepChange extends ApprovalChange {
  readonly waitingFor?: string;
}

/** What the people of a step that ended hear, and those who are asked now; nothing where none is. */
export function nextStepNews({ approval, next, asked, waitingFor }: StepChange): ApprovalNews[] {
  if (next === undefined || asked === undefined) return [];
  const { file, openedAt } = approval;
  return [
    {
      event: 'closed',
      persons: [
        ...stepOf(file, approval.step).approvers.map(({ person }) => person),
        ...delegatesIn(approval),
      ].filter((person) => !asked.approvers.includes(person)),
      document: () =>
        approvalDocument(file, {
          step: approval.step,
          status: 'closed',
          openedAt,
          deadline: approval.deadline ?? openedAt,
        }),
    },
    {
      event: 'opened',
      persons: asked.approvers,
      document: () =>
        approvalDocument(file, {
          step: next.step,
          status: 'pending',
          openedAt,
          deadline: next.deadline,
          ...(waitingFor === undefined ? {} : { waitingFor }),
        }),
    },
  ];
}
