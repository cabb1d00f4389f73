import { type ArrivedMessage, HookReceiver as Receiver } from '@tollgate/servers';
import { type WebhookBody } from '../webhook/webhook-message.js';

/** A message as it arrived, its signature checked. */
export type ArrivedHook = ArrivedMessage<WebhookBody>;

/** A receiver of webhooks about approvals. */
export class HookReceiver extends Receiver<WebhookBody> {
  /** What was taken about a request, in the order in which it came. */
  about(requestId: string): ArrivedHook[] {
    return this.arrived.filter(({ data }) => data.approval.requestId === requestId);
  }
}
