import { describe, expect, it } from '@jest/globals';
import { type PlanStep } from '@tollgate/contracts';
import { expectedStep } from './expected-step.js';

const MINUTE = 60_000;
const step = (timeout: string, onSilence: PlanStep['onSilence'] = 'deny'): PlanStep => ({
  quorum: { kind: 'one', from: 'role:lead' },
  approvers: [],
  excluded: [],
  timeout,
  reminders: [],
  onSilence,
});
const plan = [step('PT10M', 'next'), step('PT5M', 'next'), step('PT1M')];

describe('the step in which a plan should be', () => {
  it.each([
    [0, { step: 0, deadline: 10 * MINUTE }],
    [10 * MINUTE - 1, { step: 0, deadline: 10 * MINUTE }],
    [10 * MINUTE, { step: 1, deadline: 15 * MINUTE }],
    [15 * MINUTE, { step: 2, deadline: 16 * MINUTE }],
    [99 * MINUTE, { step: 2, deadline: 16 * MINUTE }],
  ])('after %i ms', (now, expected) => {
    expect(expectedStep(plan, 0, now)).toEqual(expected);
  });

  it('is the last one that silence leads to', () => {
    expect(expectedStep([step('PT1M'), step('PT1M')], 0, 99 * MINUTE)).toEqual({ step: 0, deadline: MINUTE });
  });

  it('goes by working time', () => {
    const friday = Date.parse('2026-11-20T16:30:00Z');
    const workingTime = {
      calendar: 'utc',
      zone: 'UTC',
      week: { monday: ['09:00/17:00'], friday: ['09:00/17:00'] },
      holidays: [],
    };
    expect(expectedStep([{ ...step('PT1H'), workingTime }], friday, friday)?.deadline).toBe(
      Date.parse('2026-11-23T09:30:00Z'),
    );
  });

  it('is not known for a plan without steps, or with a time that cannot be read', () => {
    expect(expectedStep([], 0, 0)).toBeUndefined();
    expect(expectedStep([step('soon')], 0, 0)).toBeUndefined();
  });
});
