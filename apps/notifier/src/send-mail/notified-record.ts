import { newEvent } from '@tollgate/contracts';
import { outgoing, type OutgoingRecord } from '@tollgate/messaging';
import { type Approval, isoTime } from '../approval/approval.js';
import { countsOf, type SettledMail } from './mail-queue.store.js';

/** The records of approver.notified: one for each mail that was sent, also for those that went out in a digest. */
export function notifiedRecords(
  settled: readonly SettledMail[],
  approvals: ReadonlyMap<string, Approval>,
): OutgoingRecord[] {
  const counts = countsOf(settled);
  return settled.flatMap(({ mail, result }, index) => {
    const approval = approvals.get(mail.requestId);
    if (result.kind !== 'sent' || approval === undefined) return [];
    const { requestId, person, kind, step } = mail;
    const count = counts[index] ?? 0;
    const key = `${requestId}|${person}|${count}`;
    const notifiedAt = isoTime(result.sentAt);
    const { eventId: id, traceparent } = approval;
    const event = newEvent({
      topic: 'approver.notified',
      service: 'notifier',
      key,
      requestId,
      time: notifiedAt,
      cause: { id, ...(traceparent === undefined ? {} : { traceparent }) },
      data: { requestId, person, count, kind, step, messageId: result.messageId, notifiedAt },
    });
    return [outgoing(event, 'approver.notified', { key, partitionKey: requestId })];
  });
}
