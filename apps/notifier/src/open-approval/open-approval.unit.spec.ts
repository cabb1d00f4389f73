import { describe, expect, it } from '@jest/globals';
import { type RouteResolved } from '@tollgate/contracts';
import { PermanentError } from '@tollgate/messaging';
import { aFile, aStep, STAGED, withdrawn } from '../testing/routes.js';
import { OPENED_AT } from '../testing/votes.js';
import { deadlineOf, openApproval } from './open-approval.js';

const facts = { now: OPENED_AT, policyRevision: 3, isActive: () => true };
const OFFICE = { calendar: 'office', zone: 'Europe/Berlin', week: { monday: ['09:00/17:00'] }, holidays: [] };
const decisionOf = (file: RouteResolved, more = {}) => {
  const opening = openApproval(file, { ...facts, ...more });
  if (opening.kind !== 'decided') throw new Error('it waits');
  return opening.decision;
};

describe('given a route', () => {
  it('when people decide, then it waits for those of the first step until its deadline', () => {
    const file = aFile({ plan: [aStep(['erin', 'bob'], { timeout: 'PT30M' }), aStep(['carol'])] });
    expect(openApproval(file, facts)).toEqual({
      kind: 'waits',
      asked: { approvers: ['erin', 'bob'] },
      deadline: OPENED_AT + 30 * 60 * 1000,
    });
  });

  it('when its step has stages, then it asks those of the first', () => {
    expect(openApproval(aFile({ plan: [STAGED] }), facts)).toMatchObject({
      kind: 'waits',
      asked: { approvers: ['bob', 'erin', 'carol'], electorate: ['bob', 'erin', 'carol', 'dave'] },
    });
  });

  it('when somebody was deactivated since the routing, then they are not asked', () => {
    const file = aFile({ plan: [aStep(['erin', 'bob'])] });
    const isActive = (person: string) => person !== 'bob';
    expect(openApproval(file, { ...facts, isActive })).toMatchObject({ asked: { approvers: ['erin'] } });
    expect(decisionOf(file, { isActive: () => false })).toMatchObject({
      outcome: 'denied',
      decidedBy: 'policy',
    });
  });

  it('when software decides, then it is approved at once by the ruling revision', () => {
    expect(decisionOf(aFile({ decider: 'automation', plan: [], explanation: 'Software decides.' }))).toEqual({
      outcome: 'approved',
      decidedBy: 'automation',
      step: 0,
      openedAt: '2026-11-20T10:00:02.000Z',
      votes: [],
      overrides: [],
      decidedAt: '2026-11-20T10:00:02.000Z',
      explanation: 'Software decides.',
      policyRevision: 3,
    });
  });

  it('when the policy denies, then it is denied by the policy with its explanation', () => {
    expect(decisionOf(aFile({ decider: 'deny', plan: [], explanation: 'No line matches.' }))).toMatchObject({
      outcome: 'denied',
      decidedBy: 'policy',
      explanation: 'No line matches.',
    });
  });

  it.each(['people', 'automation', 'deny'] as const)(
    'when it was withdrawn before and %s would decide, then it is cancelled',
    (decider) => {
      const file = aFile({ decider });
      expect(decisionOf(file, { withdrawal: withdrawn(file.request.id).data })).toMatchObject({
        outcome: 'cancelled',
        decidedBy: 'requester',
        explanation: 'Withdrawn by ci-bot.',
      });
    },
  );

  describe('when the glass is broken', () => {
    const broken = () =>
      aFile(
        {
          decider: 'break-glass',
          breakGlass: 'outage',
          plan: [aStep(['erin'])],
          explanation: 'dave broke it.',
        },
        { breakGlass: { person: 'dave', justification: 'checkout is down', authentication: 'passkey' } },
      );

    it('then it is approved at once, by nobody’s vote, and the plan stays', () => {
      const file = broken();
      const decision = decisionOf(file);
      expect(decision).toMatchObject({
        outcome: 'approved',
        decidedBy: 'break-glass',
        votes: [],
        explanation: 'dave broke it.',
      });
      expect(decision).not.toHaveProperty('deadline');
    });

    it('by somebody who was deactivated since, then it is denied', () => {
      expect(decisionOf(broken(), { isActive: (person: string) => person !== 'dave' })).toMatchObject({
        outcome: 'denied',
        decidedBy: 'policy',
        explanation: 'dave broke the glass and is not active any more.',
      });
    });

    it('and it was withdrawn before, then it is cancelled', () => {
      const file = broken();
      expect(decisionOf(file, { withdrawal: withdrawn(file.request.id).data })).toMatchObject({
        outcome: 'cancelled',
      });
    });
  });

  it('when it is a review of broken glass, then it waits, also where nobody is left of those it asks', () => {
    const file = aFile(
      { plan: [aStep(['erin'], { onSilence: 'next' })] },
      { action: 'break-glass.review', environment: 'tollgate' },
    );
    expect(openApproval(file, { ...facts, isActive: () => false })).toMatchObject({
      kind: 'waits',
      asked: { approvers: [] },
    });
  });

  it('when nobody can meet the quorum, then it is denied and never left waiting', () => {
    expect(decisionOf(aFile({ plan: [aStep([])] }))).toMatchObject({
      outcome: 'denied',
      decidedBy: 'policy',
    });
  });

  it.each([
    ['there is no step', { plan: [] }],
    ['a timeout is no duration', { plan: [aStep(['erin'], { timeout: '4 hours' })] }],
    ['a later timeout is no duration', { plan: [aStep(['erin']), aStep(['bob'], { timeout: 'P1M' })] }],
    [
      'a later step has a clock that never runs',
      { plan: [aStep(['erin']), aStep(['bob'], { workingTime: { ...OFFICE, week: {} } })] },
    ],
    ['a quorum is unknown', { plan: [aStep(['erin'], { quorum: JSON.parse('{"kind":"all","of":[]}') })] }],
    ['the glass is broken by nobody', { decider: 'break-glass' as const }],
  ])('when %s, then the record will never do', (_what, route) => {
    expect(() => openApproval(aFile(route), facts)).toThrow(PermanentError);
  });
});

describe('deadlineOf', () => {
  it.each([
    ['PT5S', 5_000],
    ['PT4H', 14_400_000],
    ['P1DT1H', 90_000_000],
  ])('adds %s', (duration, length) => {
    expect(deadlineOf(aStep(['erin'], { timeout: duration }), OPENED_AT)).toBe(OPENED_AT + length);
  });

  it('counts working hours only, where the step says which', () => {
    // A Friday.
    const step = aStep(['erin'], { timeout: 'PT4H', workingTime: OFFICE });
    expect(deadlineOf(step, OPENED_AT)).toBe(Date.parse('2026-11-23T12:00:00.000Z'));
  });
});
