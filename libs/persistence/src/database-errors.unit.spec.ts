import { describe, expect, it } from '@jest/globals';
import { isDataError, isTransientDatabaseError, sqlStateOf } from './database-errors.js';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

describe('isTransientDatabaseError', () => {
  it.each(['08006', '40001', '40P01', '53300', '55P03', '57P01', '57014', 'ECONNREFUSED', 'EPIPE'])(
    'is true for %s',
    (code) => {
      expect(isTransientDatabaseError(withCode(code))).toBe(true);
    },
  );

  it.each(['23505', '22P05', '42P01', '28P01'])('is false for %s', (code) => {
    expect(isTransientDatabaseError(withCode(code))).toBe(false);
  });

  it('looks into the error that the mapper wraps', () => {
    expect(
      isTransientDatabaseError(
        Object.assign(new Error('QueryFailedError'), { driverError: withCode('57P01') }),
      ),
    ).toBe(true);
  });

  it.each([undefined, null, 'text', new TypeError('x is not a function')])('is false for %s', (error) => {
    expect(isTransientDatabaseError(error)).toBe(false);
  });
});

describe('sqlStateOf', () => {
  it('tells a state from an error of the system that is as long', () => {
    expect(sqlStateOf(withCode('XX000'))).toBe('XX000');
    expect(sqlStateOf(withCode('EPIPE'))).toBeUndefined();
  });
});

describe('isDataError', () => {
  it('is true only for data exceptions', () => {
    expect(isDataError(withCode('22P05'))).toBe(true);
    expect(isDataError(withCode('23505'))).toBe(false);
  });
});
