import { describe, expect, it } from '@jest/globals';
import { REQUEST_STATUSES } from '@tollgate/contracts';
import { exitCodeOf } from './exit-code.js';

describe('the exit code of a status', () => {
  it('is what scripts rely on', () => {
    expect(Object.fromEntries(REQUEST_STATUSES.map((status) => [status, exitCodeOf(status)]))).toEqual({
      pending: 75,
      approved: 75,
      released: 0,
      blocked: 11,
      denied: 10,
      cancelled: 12,
      expired: 13,
      failed: 14,
    });
  });
});
