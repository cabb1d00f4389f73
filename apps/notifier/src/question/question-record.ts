import { newEvent } from '@tollgate/contracts';
import { outgoing, type OutgoingRecord } from '@tollgate/messaging';
import { type Approval, type Instant, isoTime } from '../approval/approval.js';
import { type Answer, type Question } from './question.js';

const envelopeOf = ({ requestId, eventId, traceparent }: Approval, number: number) => ({
  service: 'notifier' as const,
  key: `${requestId}|${number}`,
  requestId,
  cause: { id: eventId, ...(traceparent === undefined ? {} : { traceparent }) },
});

/**
 * The event question.asked.
 * @param deadline of the step by now
 */
export function questionRecord(approval: Approval, question: Question, deadline: Instant): OutgoingRecord {
  const { requestId } = approval;
  const { number, step, askedBy, askedOf, text, authentication, pausedUntil } = question;
  const askedAt = isoTime(question.askedAt);
  const envelope = envelopeOf(approval, number);
  const event = newEvent({
    ...envelope,
    topic: 'question.asked',
    time: askedAt,
    data: {
      ...{ requestId, number, step, askedBy, askedOf, text, askedAt, authentication },
      ...(pausedUntil === undefined ? {} : { pausedUntil: isoTime(pausedUntil) }),
      deadline: isoTime(deadline),
    },
  });
  return outgoing(event, 'question.asked', { key: envelope.key, partitionKey: requestId });
}

/**
 * The event question.answered.
 * @param deadline of the step by now
 */
export function answerRecord(
  approval: Approval,
  number: number,
  answer: Answer,
  deadline: Instant,
): OutgoingRecord {
  const { requestId, step } = approval;
  const { answeredBy, text, authentication } = answer;
  const answeredAt = isoTime(answer.answeredAt);
  const envelope = envelopeOf(approval, number);
  const event = newEvent({
    ...envelope,
    topic: 'question.answered',
    time: answeredAt,
    data: {
      ...{ requestId, number, step, answeredBy, text, answeredAt, authentication },
      deadline: isoTime(deadline),
    },
  });
  return outgoing(event, 'question.answered', { key: envelope.key, partitionKey: requestId });
}
