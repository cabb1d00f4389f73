import { describe, expect, it } from '@jest/globals';
import { PermanentError } from '../permanent-error.js';
import { TransientError } from '../transient-error.js';
import { failureOf, recordReasonOf } from './failure-of.js';

const ofDatabase = (code: string): Error =>
  Object.assign(new Error('invalid input: "the secret value"'), { code });

describe('the error of a handler', () => {
  it.each([
    [new TransientError('away'), 'transient', 'away'],
    [new PermanentError('of no use'), 'permanent', 'of no use'],
    [new TypeError('a mistake'), 'unknown', 'a mistake'],
    [ofDatabase('57P01'), 'transient', 'the database refused this record (SQLSTATE 57P01)'],
    [ofDatabase('22P05'), 'permanent', 'the database cannot hold a value of this record (SQLSTATE 22P05)'],
    [ofDatabase('42P01'), 'unknown', 'the database refused this record (SQLSTATE 42P01)'],
    [
      Object.assign(new Error('of the mapper'), { driverError: ofDatabase('22003') }),
      'permanent',
      'the database cannot hold a value of this record (SQLSTATE 22003)',
    ],
  ])('%s is %s, and quotes nothing of the record', (error, failure, reason) => {
    expect(failureOf(error)).toBe(failure);
    expect(recordReasonOf(error)).toBe(reason);
  });
});
