import { describe, expect, it } from '@jest/globals';
import { type PlanStep } from '@tollgate/contracts';
import { type Approval } from '../approval/approval.js';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { anApproval, aVote, OPENED_AT } from '../testing/votes.js';
import { endStep } from './end-step.js';

const facts = { now: OPENED_AT + 5000, policyRevision: 2, isActive: () => true, votes: [] };
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

  it('when silence approves, but those who could have said no have left, then the policy denies', () => {
    const approval = after(aStep(['erin'], { onSilence: 'approve' }));
    expect(endStep(approval, { ...facts, isActive: () => false })).toMatchObject({
      decision: { outcome: 'denied', decidedBy: 'policy', explanation: expect.stringContaining('erin') },
    });
  });

  it('when silence asks the next step, then that opens with a deadline of its own', () => {
    const approval = after(aStep(['erin'], { onSilence: 'next' }), aStep(['carol'], { timeout: 'PT1M' }));
    expect(endStep(approval, facts)).toEqual({
      kind: 'next',
      step: 1,
      asked: { approvers: ['carol'] },
      openedAt: facts.now,
      deadline: facts.now + 60_000,
      waitingFor: expect.stringContaining('cto'),
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

  it('when nobody can meet the next step, then it is skipped at once, and the one after it opens', () => {
    const approval = after(
      aStep(['erin'], { onSilence: 'next' }),
      aStep(['bob'], { onSilence: 'next' }),
      aStep(['carol'], { timeout: 'PT1M' }),
    );
    const isActive = (person: string) => person !== 'bob';
    expect(endStep(approval, { ...facts, isActive })).toMatchObject({
      kind: 'next',
      step: 2,
      asked: { approvers: ['carol'] },
    });
  });

  it.each(['deny', 'approve', 'next'] as const)(
    'when nobody can meet the last step, whose silence says %s, then it is a no that says why',
    (onSilence) => {
      const approval = after(aStep(['erin'], { onSilence: 'next' }), aStep(['bob'], { onSilence }));
      const end = endStep(approval, { ...facts, isActive: (person) => person !== 'bob' });
      expect(end).toMatchObject({
        kind: 'decided',
        decision: { outcome: 'expired', decidedBy: 'timeout', step: 0 },
      });
      expect(end.kind === 'decided' ? end.decision.explanation : '').toMatch(
        /^In step 1 of 2: Not decided by people .*step 2 is skipped: .*bob.* means no\.$/,
      );
    },
  );

  it('when the next step has stages, then only those of the first are asked', () => {
    const approval = after(aStep(['erin'], { onSilence: 'next' }), STAGED);
    expect(endStep(approval, facts)).toMatchObject({
      asked: { approvers: ['bob', 'erin', 'carol'], electorate: ['bob', 'erin', 'carol', 'dave'] },
    });
  });

  it('when the next step works by a calendar, then its clock runs in these hours', () => {
    const workingTime = { calendar: 'c', zone: 'UTC', week: { monday: ['09:00/17:00'] }, holidays: [] };
    const approval = after(aStep(['erin'], { onSilence: 'next' }), aStep(['bob'], { workingTime }));
    expect(endStep(approval, facts)).toMatchObject({ deadline: Date.parse('2026-11-23T13:00:00.000Z') });
  });

  it('when somebody said something, then the decision says who said what', () => {
    const end = endStep(after(aStep(['erin', 'bob'])), { ...facts, votes: [aVote({ verdict: 'abstain' })] });
    expect(end.kind === 'decided' ? end.decision.explanation : '').toMatch(/Said: erin abstained\.$/);
  });

  describe('when it is a review of broken glass', () => {
    const review = (plan: PlanStep[], given: Partial<Approval> = {}) =>
      anApproval({
        file: aFile({ plan }, { action: 'break-glass.review', environment: 'tollgate' }),
        ...given,
      });
    const next = { onSilence: 'next' as const };

    it('then it goes on to the next step, and after the last one that is asked again, for ever', () => {
      const plan = [aStep(['erin'], next), aStep(['carol'], next)];
      expect(endStep(review(plan), facts)).toMatchObject({ kind: 'next', step: 1 });
      expect(endStep(review(plan, { step: 1 }), facts)).toMatchObject({
        kind: 'next',
        step: 1,
        asked: { approvers: ['carol'] },
        deadline: facts.now + 4 * 60 * 60 * 1000,
      });
    });

    it('and nobody of it is left, then it still stays open', () => {
      expect(endStep(review([aStep(['erin'], next)]), { ...facts, isActive: () => false })).toMatchObject({
        kind: 'next',
        step: 0,
        asked: { approvers: [] },
      });
    });
  });
});
