import { describe, expect, it } from '@jest/globals';
import { decodeEvent, newEvent } from '@tollgate/contracts';
import { outgoing } from '@tollgate/messaging';
import { aFile } from '../testing/routes.js';
import { anApproval, aVote, OPENED_AT } from '../testing/votes.js';
import { decisionRecord } from './decision-record.js';
import { makeDecision } from './make-decision.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const CAUSE = '1f0c22ab-7a35-5a49-8a4e-0d8f2f1b9c3d';

describe('decisionRecord', () => {
  const approval = anApproval({
    traceparent: TRACEPARENT,
    file: aFile({}, { reason: 'quotes " and \\ and ünïcödé' }),
  });
  const decision = makeDecision({
    ...approval,
    outcome: 'approved',
    decidedBy: 'people',
    votes: [aVote()],
    decidedAt: OPENED_AT + 5000,
    explanation: 'Approved by erin.',
    policyRevision: 2,
  });

  it('is the event that would be serialised whole', () => {
    const whole = newEvent({
      topic: 'decision.made',
      service: 'notifier',
      key: approval.requestId,
      requestId: approval.requestId,
      time: decision.decidedAt,
      cause: { id: CAUSE, traceparent: TRACEPARENT },
      data: { ...approval.file, decision },
    });
    expect(decisionRecord(approval, decision, CAUSE)).toEqual(outgoing(whole, 'decision.made'));
  });

  it('is a valid event of its topic', () => {
    const { key, value } = decisionRecord(approval, decision, CAUSE);
    const event = decodeEvent('decision.made', Buffer.from(value ?? ''), key);
    expect(event.data).toEqual({ ...approval.file, decision });
  });
});
