import { type ApprovalDocument, type Decision, eventIdFor } from '@tollgate/contracts';
import { type SignedMessage } from '@tollgate/webhooks';
import { type Approval, type Instant, isoTime } from '../approval/approval.js';
import { waitingFor } from '../approval/waiting-for.js';
import { approvalDocument } from '../approvals-api/approval-document.js';

/** What is told. */
export const WEBHOOK_TYPES = ['approval.opened', 'approval.changed', 'approval.closed'] as const;
export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** Something that happened to an approval, as the queue keeps it. */
export interface WebhookNotice {
  readonly requestId: string;
  /** The how-manieth notice about its request, from 1. */
  readonly number: number;
  readonly type: WebhookType;
  /** The step that it is about, as an index of the plan. */
  readonly step: number;
  /** Who is asked in it, by their ids. */
  readonly persons: readonly string[];
  readonly deadline: Instant;
  /** When it was noticed. */
  readonly noticedAt: Instant;
}

/** The body of a webhook. */
export interface WebhookBody {
  readonly type: WebhookType;
  readonly timestamp: string;
  readonly data: {
    /** The how-manieth message about the request, from 1: none comes before those with a smaller one. */
    readonly number: number;
    readonly approval: ApprovalDocument;
    /** Who is asked, by their ids. */
    readonly persons: readonly string[];
    /** Where they decide, signed in. */
    readonly url: string;
    /** Once it is closed. */
    readonly decision?: Pick<Decision, 'outcome' | 'decidedBy' | 'decidedAt' | 'explanation'>;
  };
}

/**
 * The message of a notice. However often it is sent it is the same, with the same id.
 * @param approval of its request, in whatever state by now
 * @param publicUrl without a slash at the end
 */
export function webhookMessage(
  notice: WebhookNotice,
  { file, openedAt, decision }: Pick<Approval, 'file' | 'openedAt' | 'decision'>,
  publicUrl: string,
): SignedMessage {
  const { requestId, number, type, step, persons, deadline, noticedAt } = notice;
  const isClosed = type === 'approval.closed';
  const body: WebhookBody = {
    type,
    timestamp: isoTime(noticedAt),
    data: {
      number,
      approval: approvalDocument(file, {
        step,
        status: isClosed ? 'closed' : 'pending',
        openedAt,
        deadline,
        ...(isClosed ? {} : { waitingFor: waitingFor(file, step, []) }),
      }),
      persons,
      url: `${publicUrl}/inbox/requests/${requestId}`,
      ...(isClosed && decision !== undefined
        ? {
            decision: {
              outcome: decision.outcome,
              decidedBy: decision.decidedBy,
              decidedAt: decision.decidedAt,
              explanation: decision.explanation,
            },
          }
        : {}),
    },
  };
  return {
    id: `msg_${eventIdFor(`${requestId}|${number}`, 'approval.webhook')}`,
    body: JSON.stringify(body),
  };
}
