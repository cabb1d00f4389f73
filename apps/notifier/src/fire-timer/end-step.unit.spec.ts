import { describe, expect, it } from '@jest/globals';
import { type PlanStep } from '@tollgate/contracts';
import { aFile, aStep } from '../testing/routes.js';
import { anApproval, aVote, OPENED_AT } from '../testing/votes.js';
import { endStep } from './end-step.js';

const facts = { now: OPENED_AT + 5000, policyRevision: 2, votes: [] };
const after = (...plan: PlanStep[]) => anApproval({ file: aFile({ plan }) });

describe('given a step whose time is over', () => {
  it('when silence denies, then it is expired by the timeout and nobody’s no', () => {
    const abstained = aVote({ verdict: 'abstain' });
    expect(endStep(after(aStep(['erin'])), { ...facts, votes: [abstained] })).toMatchObject({
      kind: 'decided',
      decision: {
        outcome: 'expired',
        decidedBy: 'timeout',
        votes: [abstained],
        decidedAt: '2026-11-20T10:00:07.000Z',
      },
    });
  });

  it('when silence approves, then it is approved by the timeout and not by people', () => {
    expect(endStep(after(aStep(['erin'], { onSilence: 'approve' })), facts)).toMatchObject({
      decision: { outcome: 'approved', decidedBy: 'timeout', votes: [] },
    });
  });

  it('when silence asks the next step, then that opens with a deadline of its own', () => {
    const approval = after(aStep(['erin'], { onSilence: 'next' }), aStep(['carol'], { timeout: 'PT1M' }));
    expect(endStep(approval, facts)).toEqual({
      kind: 'next',
      step: 1,
      approvers: ['carol'],
      deadline: facts.now + 60_000,
    });
  });

  it.each([
    ['is missing', [aStep(['erin'], { onSilence: 'next' })]],
    ['has nobody', [aStep(['erin'], { onSilence: 'next' }), aStep([])]],
  ])('when the next step %s, then it is expired', (_what, plan) => {
    expect(endStep(after(...plan), facts)).toMatchObject({
      decision: { outcome: 'expired', decidedBy: 'timeout' },
    });
  });
});
