import { describe, expect, it } from '@jest/globals';
import { type PlanStep, type WorkingTime } from '@tollgate/contracts';
import { PermanentError } from '@tollgate/messaging';
import { timeBetween } from '@tollgate/policy';
import fc from 'fast-check';
import { type Approval } from '../approval/approval.js';
import { deadlineOf } from '../open-approval/open-approval.js';
import { aFile, aStep } from '../testing/routes.js';
import { anApproval, OPENED_AT } from '../testing/votes.js';
import { pauseLengthOf } from './pause-length.js';
import { clockStart, pauseClock, resumeClock, standsUntil } from './standing-clock.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OFFICE: WorkingTime = {
  calendar: 'berlin',
  zone: 'Europe/Berlin',
  week: Object.fromEntries(
    (['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const).map((day) => [
      day,
      ['09:00/12:00', '13:00/17:00'],
    ]),
  ),
  holidays: [],
};

function opened(given: Partial<PlanStep> = {}): Approval {
  const step = aStep(['erin'], { pauseForAnswer: 'PT2H', ...given });
  return anApproval({ file: aFile({ plan: [step] }), deadline: deadlineOf(step, OPENED_AT) });
}
const after = <T extends object>(approval: Approval, clock: T | undefined): Approval => {
  const { pausedUntil: _before, ...rest } = approval;
  return clock === undefined ? approval : { ...rest, ...clock };
};
/** Hours since the opening. */
const at = (hours: number): number => OPENED_AT + hours * HOUR;

describe('the clock of a step', () => {
  it('runs on where the policy names no pause', () => {
    expect(pauseClock(anApproval(), at(1))).toBeUndefined();
  });

  it('stands for a question, as long as the policy lets it, and then goes on by itself', () => {
    const asked = after(opened(), pauseClock(opened(), at(1)));
    expect(asked).toMatchObject({ stoodMs: 2 * HOUR, pausedUntil: at(3), deadline: at(6) });
    expect([standsUntil(asked, at(3) - 1), standsUntil(asked, at(3))]).toEqual([at(3), undefined]);
    expect(resumeClock(asked, at(3), [])).toBeUndefined();
  });

  it('goes on with the answer, with what was left', () => {
    const asked = after(opened(), pauseClock(opened(), at(1)));
    const answered = resumeClock(asked, at(1.5), []);
    expect(answered).toEqual({ stoodMs: 0.5 * HOUR, deadline: at(4.5) });
    expect(clockStart(after(asked, answered))).toBe(at(0.5));
  });

  it('stands on for a second question, and until all that it stands for are answered', () => {
    const first = after(opened(), pauseClock(opened(), at(1)));
    const second = after(first, pauseClock(first, at(2)));
    expect(second).toMatchObject({ stoodMs: 3 * HOUR, pausedUntil: at(4), deadline: at(7) });
    // The first is answered: the second still waits, until its own end.
    expect(resumeClock(second, at(2.5), [at(4)])).toBeUndefined();
    // The second is answered: the first still waits, until its own end.
    expect(resumeClock(second, at(2.5), [at(3)])).toEqual({
      stoodMs: 2 * HOUR,
      pausedUntil: at(3),
      deadline: at(6),
    });
  });

  it('takes what is left of the reminders with it', () => {
    const reminded = opened({ timeout: 'PT8H', reminders: ['PT1H', 'PT2H', 'PT6H'] });
    const asked = pauseClock(reminded, at(1.5));
    expect(asked).toMatchObject({ remindAt: at(4), deadline: at(10) });
    expect(resumeClock(after(reminded, asked), at(1.75), [])).toMatchObject({ remindAt: at(2.25) });
    expect(pauseClock(reminded, at(7))).not.toHaveProperty('remindAt');
  });

  it('keeps what is left of the working time, however questions and answers come', () => {
    const events = fc.array(
      fc.record({ minutes: fc.integer({ min: 1, max: 3 * 24 * 60 }), isQuestion: fc.boolean() }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(events, fc.constantFrom(undefined, OFFICE), (steps, workingTime) => {
        const given = {
          timeout: 'P2D',
          pauseForAnswer: 'PT5H',
          ...(workingTime === undefined ? {} : { workingTime }),
        };
        let approval = opened(given);
        let now = OPENED_AT;
        let left = 48 * HOUR;
        const waiting: number[] = [];
        for (const { minutes, isQuestion } of steps) {
          const then = now + minutes * MINUTE;
          // What passed while the clock ran.
          const ran = Math.min(Math.max(standsUntil(approval, now) ?? now, now), then);
          left -= timeBetween(ran, then, workingTime);
          now = then;
          if (left <= 0) return;
          if (isQuestion) {
            approval = after(approval, pauseClock(approval, now));
            waiting.push(approval.pausedUntil ?? 0);
          } else {
            waiting.shift();
            approval = after(approval, resumeClock(approval, now, waiting));
          }
          const standing = standsUntil(approval, now) ?? now;
          expect(timeBetween(standing, approval.deadline ?? 0, workingTime)).toBe(left);
          expect(standing).toBe(Math.max(now, ...waiting));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a pause', () => {
  it.each([
    [{ pauseForAnswer: 'for a while' }, 'is not a duration'],
    [
      { pauseForAnswer: 'P100D', workingTime: { ...OFFICE, week: { monday: ['09:00/09:30'] } } },
      'more than five years',
    ],
  ])('that nobody can measure is refused before anybody is asked: %j', (given, why) => {
    expect(() => pauseLengthOf(aStep(['erin'], given))).toThrow(PermanentError);
    expect(() => pauseLengthOf(aStep(['erin'], given))).toThrow(why);
  });
});
