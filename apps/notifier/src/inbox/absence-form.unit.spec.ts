import { describe, expect, it } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { absenceTimes, declaredFaults, personMeant, readAbsence, revokedFault } from './absence-form.js';

const typed = (given: Record<string, string>) =>
  readAbsence({ to: 'bob', until: '2026-12-24T18:00', ...given });
const timesOf = (given: Record<string, string>, zone = 'Europe/Berlin') => absenceTimes(typed(given), zone);

describe('the times of an absence', () => {
  it('are those of the zone of whoever types them', () => {
    expect(timesOf({ from: '2026-12-20T09:00' })).toEqual({
      times: { startsAt: '2026-12-20T08:00:00.000Z', endsAt: '2026-12-24T17:00:00.000Z' },
    });
    expect(timesOf({}, 'Asia/Tokyo')).toEqual({ times: { endsAt: '2026-12-24T09:00:00.000Z' } });
  });

  it('are the earlier one where the clock shows a time twice, the later one where it skips it', () => {
    expect(timesOf({ until: '2026-10-25T02:30' })).toEqual({ times: { endsAt: '2026-10-25T00:30:00.000Z' } });
    expect(timesOf({ until: '2026-03-29T02:30' })).toEqual({ times: { endsAt: '2026-03-29T01:30:00.000Z' } });
  });

  it('do not matter where it is for one request', () => {
    const request = newRequestId();
    expect(timesOf({ request: request.toUpperCase(), until: '' })).toEqual({ times: { requestId: request } });
  });

  it.each([
    ['no end', { until: '' }, ['Say until when.']],
    ['no time', { until: 'tomorrow' }, ['The end is no date and time.']],
    ['a day that there is not', { from: '2026-02-30T10:00' }, ['The start is no date and time.']],
    [
      'a reason that cannot be kept',
      { reason: 'a\0b' },
      ['The reason must be text without NUL and lone surrogates.'],
    ],
    ['a request that there cannot be', { request: 'x' }, ['There is no such request.']],
  ])('are refused with %s', (_what, given, faults) => {
    expect(timesOf(given)).toEqual({ faults });
  });
});

describe('who is meant', () => {
  const alice = { person: 'alice', name: 'Alice Adler', email: 'alice@example.test' };
  const other = { person: 'alice2', name: 'Alice Adler', email: 'alice2@example.test' };
  it.each([
    ['alice', [alice, { ...other, name: 'alice' }], { person: 'alice' }],
    ['Alice Adler', [alice], { person: 'alice' }],
    ['zoe', [], { person: 'zoe' }],
    ['', [], { fault: 'Say who stands for you.' }],
    ['no body', [], { fault: 'Nobody with this id, name or mail address is known.' }],
    [
      'Alice Adler',
      [alice, other],
      { fault: 'Several people are called that: alice, alice2. Give the id of one.' },
    ],
  ])('by %j', (said, known, expected) => {
    expect(personMeant(said, known)).toEqual(expected);
  });
});

describe('a refusal', () => {
  it.each([
    ['/to', 'is no active person of the directory', 'The delegate is no active person of the directory.'],
    ['/to', 'nobody stands for themselves', 'Nobody stands for themselves.'],
    ['/to', 'would close a circle: a → b → a', 'The delegate would close a circle: a → b → a.'],
    [
      '/from',
      'is not asked by this request, now or in a later step',
      'You are not asked by this request, now or in a later step.',
    ],
    ['/endsAt', 'must be after the start', 'The end must be after the start.'],
    [
      '/startsAt',
      'overlaps with the delegation to bob; revoke that first',
      'The time overlaps with the delegation to bob; revoke that first.',
    ],
  ])('at %s, "%s", reads as a sentence', (pointer, detail, words) => {
    expect(declaredFaults({ kind: 'refused', faults: [{ pointer, detail }] })).toEqual([words]);
  });

  it('says whether the request is decided or unknown', () => {
    expect(declaredFaults({ kind: 'not-open', status: 'closed' })).toEqual([
      'The request is decided; nobody is asked any more.',
    ]);
    expect(declaredFaults({ kind: 'not-open', status: 'unknown' })).toEqual([
      'There is no such request, or it is not open yet.',
    ]);
    expect(revokedFault({ kind: 'unknown' })).toMatch(/nothing was changed/);
  });
});
