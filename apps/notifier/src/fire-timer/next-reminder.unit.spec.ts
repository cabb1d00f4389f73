import { describe, expect, it } from '@jest/globals';
import { PermanentError } from '@tollgate/messaging';
import { aStep } from '../testing/routes.js';
import { dueReminders, firstReminder } from './next-reminder.js';

const OPENED = Date.parse('2026-11-20T10:00:00Z');
const HOUR = 3_600_000;
const stepWith = (...reminders: string[]) => aStep(['erin'], { timeout: 'PT8H', reminders });
const times = { openedAt: OPENED, deadline: OPENED + 8 * HOUR };

describe('the reminders of a step', () => {
  it('come after the opening of the step, whatever their order', () => {
    const step = stepWith('PT6H', 'PT2H', 'PT4H');
    expect(firstReminder(step, OPENED, times.deadline)).toBe(OPENED + 2 * HOUR);
    expect(dueReminders(step, times, OPENED + 2 * HOUR)).toEqual({
      due: { number: 1, at: OPENED + 2 * HOUR },
      next: { number: 2, at: OPENED + 4 * HOUR },
    });
  });

  it('that are overdue together are one', () => {
    expect(dueReminders(stepWith('PT1H', 'PT2H', 'PT3H'), times, OPENED + 5 * HOUR)).toEqual({
      due: { number: 3, at: OPENED + 3 * HOUR },
    });
  });

  it('never come with the end of the step or after it', () => {
    const step = stepWith('PT8H', 'PT9H');
    expect(firstReminder(step, OPENED, times.deadline)).toBeUndefined();
    expect(dueReminders(step, times, OPENED + 10 * HOUR)).toEqual({});
  });

  it('run in working hours where the step has them, also over the change of clocks', () => {
    const week = Object.fromEntries(
      ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].map((day) => [day, ['09:00/17:00']]),
    );
    const step = {
      ...stepWith('PT4H'),
      timeout: 'PT16H',
      workingTime: { calendar: 'berlin', zone: 'Europe/Berlin', week, holidays: ['2026-10-26'] },
    };
    // Friday 15:00 in summer time: two hours that day; Monday is a holiday; two hours on Tuesday, in winter time.
    const friday = Date.parse('2026-10-23T13:00:00Z');
    expect(firstReminder(step, friday, friday + 240 * HOUR)).toBe(Date.parse('2026-10-27T10:00:00Z'));
  });

  it('that are no duration are a fault for good', () => {
    expect(() => firstReminder(stepWith('soon'), OPENED, times.deadline)).toThrow(PermanentError);
  });
});
