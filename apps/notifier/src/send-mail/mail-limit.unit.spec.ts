import { describe, expect, it } from '@jest/globals';
import { DIGEST_LINES, digestGapMs, MailLimit, type MailToPlace, singlesOf } from './mail-limit.js';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const MINUTE = 60_000;
const toErin = (given: Partial<MailToPlace> = {}): MailToPlace => ({
  person: 'erin',
  isNews: false,
  now: NOW,
  deadline: NOW + 240 * MINUTE,
  ...given,
});

describe('the limit of mails', () => {
  it.each([
    [1, 0, 60],
    [2, 1, 60],
    [4, 3, 60],
    [8, 6, 30],
    [12, 9, 20],
    [100, 75, 2.4],
  ])('of %i per hour leaves room for %i mails and a digest every %f minutes', (perHour, singles, gap) => {
    expect(singlesOf(perHour)).toBe(singles);
    expect(digestGapMs(perHour)).toBe(gap * MINUTE);
    // Whatever an hour begins with, it has room for these digests only.
    expect(singles + Math.ceil((60 * MINUTE) / digestGapMs(perHour))).toBeLessThanOrEqual(perHour);
  });

  it('holds what is over, each person by themselves, in one digest', () => {
    const limit = new MailLimit(12, new Map([['erin', { singles: 7, newest: 4 }]]));
    const placed = Array.from({ length: 5 }, () => limit.place(toErin()));
    expect(placed.map(({ kind }) => kind)).toEqual(['single', 'single', 'held', 'held', 'held']);
    expect(limit.place(toErin({ person: 'bob' }))).toEqual({ kind: 'single' });
    expect(limit.changes).toEqual([
      { person: 'erin', number: 5, mails: 3, more: 0, dueAt: NOW + 2 * MINUTE },
    ]);
  });

  it('adds to a digest that collects, and sends it a gap after the last one', () => {
    const window = { singles: 9, newest: 4, collecting: 2, lastDigestAt: NOW - 5 * MINUTE };
    const limit = new MailLimit(12, new Map([['erin', window]]));
    expect(limit.place(toErin())).toEqual({ kind: 'held', digest: 4 });
    expect(limit.changes).toEqual([
      { person: 'erin', number: 4, mails: 1, more: 0, dueAt: NOW + 15 * MINUTE },
    ]);
  });

  it('sends earlier for a deadline that is so near that half of its time would be over', () => {
    const window = { singles: 9, newest: 4, lastDigestAt: NOW - 1000 };
    const limit = new MailLimit(12, new Map([['erin', window]]));
    limit.place(toErin({ deadline: NOW + 30 * MINUTE }));
    expect(limit.changes[0]?.urgentAt).toBe(NOW + 15 * MINUTE);
    limit.place(toErin({ deadline: NOW + MINUTE }));
    expect(limit.changes).toMatchObject([{ number: 5, mails: 2, urgentAt: NOW - 1000 + MINUTE }]);
  });

  it('begins another digest where one is full, and only counts news there', () => {
    const limit = new MailLimit(
      12,
      new Map([['erin', { singles: 9, newest: 1, collecting: DIGEST_LINES - 1 }]]),
    );
    expect(limit.place(toErin())).toEqual({ kind: 'held', digest: 1 });
    expect(limit.place(toErin({ isNews: true }))).toEqual({ kind: 'counted', digest: 1 });
    expect(limit.place(toErin())).toEqual({ kind: 'held', digest: 2 });
    expect(limit.place(toErin({ isNews: true }))).toEqual({ kind: 'held', digest: 2 });
    expect(limit.changes).toMatchObject([
      { number: 1, mails: 1, more: 1 },
      { number: 2, mails: 2, more: 0 },
    ]);
  });
});
