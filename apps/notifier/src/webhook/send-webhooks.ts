import { type LanesLogger } from '@tollgate/messaging';
import {
  type AttemptResult,
  attemptResult,
  type PostWebhooks,
  type WebhookDelivery,
  type WebhookDestination,
} from '@tollgate/webhooks';
import { type DataSource } from 'typeorm';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { webhookMessage } from './webhook-message.js';
import { type WebhookMetrics } from './webhook-metrics.js';
import { type ClaimedNotice, webhookQueue } from './webhook-queue.store.js';

/** What sending needs. */
export interface SendWebhooksParts {
  readonly dataSource: DataSource;
  readonly post: Pick<PostWebhooks, 'post'>;
  readonly destination: WebhookDestination;
  readonly metrics: WebhookMetrics;
  readonly logger: LanesLogger;
  /** Where approvers reach the pages, without a slash at the end. */
  readonly publicUrl: string;
  /** From 0 to 1. */
  readonly chance: () => number;
}

/** What one pass came to. */
export interface ApprovalWebhookPass {
  /** Approvals that were looked at, and notices that were tried. */
  readonly taken: number;
  readonly sent: number;
  readonly failed: number;
}

/** Approvals that one statement looks at, at most. */
const MAX_OWED = 500;
/** Messages of one pass at most; they go out at once. */
const MAX_PASS = 16;

/**
 * Tells the webhook what happens to approvals: about each one thing after the other, each until it is taken, or tried
 * often enough. What a crash interrupts is sent once more with the same id.
 */
export class SendWebhooks {
  constructor(private readonly parts: SendWebhooksParts) {}

  /** @throws the database's error when it is away */
  async pass(): Promise<ApprovalWebhookPass> {
    const { dataSource, metrics, post, destination } = this.parts;
    const { owed } = await webhookQueue.queueOwed(dataSource, MAX_OWED);
    const claimed = await webhookQueue.claim(dataSource, MAX_PASS);
    if (claimed.length === 0) return { taken: owed, sent: 0, failed: 0 };
    const rows = await approvals.find(dataSource, [...new Set(claimed.map(({ requestId }) => requestId))]);
    const open = new Map(rows.map((row) => [row.request_id, approvalOf(row)]));
    const settled = await Promise.all(
      claimed.map(async (notice) => {
        const approval = open.get(notice.requestId);
        if (approval === undefined)
          throw new Error(`the approval of the webhook's notice about request ${notice.requestId} is gone`);
        const message = webhookMessage(notice, approval, this.parts.publicUrl);
        return { notice, result: this.#resultOf(notice, await post.post(message, destination)) };
      }),
    );
    await webhookQueue.settle(dataSource, settled);
    for (const { result } of settled) metrics.webhooks.inc({ result: result.kind });
    const count = (kind: AttemptResult['kind']): number =>
      settled.filter(({ result }) => result.kind === kind).length;
    return { taken: owed + claimed.length, sent: count('sent'), failed: count('deferred') };
  }

  #resultOf({ requestId, number, type, attempts }: ClaimedNotice, delivery: WebhookDelivery): AttemptResult {
    const { logger, chance } = this.parts;
    const result = attemptResult(delivery, attempts, chance());
    if (result.kind === 'sent') return result;
    const fields = { requestId, number, type, attempts, failure: result.failure };
    if (result.kind === 'given-up')
      logger.error(fields, 'the webhook is not told of this approval: given up');
    else logger.warn(fields, 'the webhook could not be told of this approval now; it will be tried again');
    return result;
  }
}
