import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTimestamp } from './is-timestamp.js';

it.each([
  '2026-11-01T10:00:00Z',
  '2026-11-01T10:00:00.123456789Z',
  '2026-11-01T10:00:00+05:30',
  '2024-02-29T00:00:00Z',
  '2000-02-29T23:59:59Z',
])('takes %s', (text) => {
  expect(isTimestamp(text)).toBe(true);
});

it.each([
  '2026-11-01',
  '2026-11-01T10:00:00',
  '2026-11-01 10:00:00Z',
  '2026-11-01t10:00:00z',
  '2026-13-01T10:00:00Z',
  '2026-00-01T10:00:00Z',
  '2026-02-29T10:00:00Z',
  '1900-02-29T10:00:00Z',
  '2026-04-31T10:00:00Z',
  '2026-11-01T24:00:00Z',
  '2026-11-01T10:60:00Z',
  '2026-11-01T10:00:60Z',
  '2026-11-01T10:00:00+24:00',
  '2026-11-01T10:00:00.Z',
  '2026-11-01T10:00:00Z\n',
  ' 2026-11-01T10:00:00Z',
  '',
  7,
  null,
])('refuses %j', (value) => {
  expect(isTimestamp(value)).toBe(false);
});

it('takes every instant as JavaScript writes it', () => {
  const instant = fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(fc.property(instant, (date) => isTimestamp(date.toISOString())));
});
