import { type Vote } from '@tollgate/contracts';
import { type Approval, type RecordedVote } from '../approval/approval.js';
import { aFile } from './routes.js';

/** The instant at which specs' approvals are opened. */
export const OPENED_AT = Date.parse('2026-11-20T10:00:02.000Z');
const HOUR_MS = 60 * 60 * 1000;

/** An approval that waits for erin for four hours. */
export function anApproval(given: Partial<Approval> = {}): Approval {
  const file = given.file ?? aFile();
  return {
    requestId: file.request.id,
    status: 'pending',
    step: 0,
    file,
    text: JSON.stringify(file),
    eventId: '5d2c8a0e-0f57-5d9a-9d0c-0a6a5f1b2c3d',
    openedAt: OPENED_AT,
    deadline: OPENED_AT + 4 * HOUR_MS,
    votes: 0,
    ...given,
  };
}

/** A counted approval by erin. */
export const aVote = (given: Partial<Vote> = {}): Vote => ({
  person: 'erin',
  step: 0,
  verdict: 'approve',
  reason: '',
  at: new Date(OPENED_AT + 1000).toISOString(),
  authentication: 'link',
  counted: true,
  ...given,
});

/** Votes as they lie on record, in the order given. */
export function recorded(...votes: Vote[]): RecordedVote[] {
  const counts = new Map<string, number>();
  return votes.map((vote, index) => {
    const count = (counts.get(vote.person) ?? 0) + 1;
    counts.set(vote.person, count);
    return { number: index + 1, count, vote };
  });
}
