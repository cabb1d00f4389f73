import { describe, expect, it } from '@jest/globals';
import { bearerToken } from './bearer-token.js';
import { Problem } from './problem.js';

describe('bearerToken', () => {
  it.each(['Bearer abc.def-1', 'bearer abc.def-1'])('reads %s', (header) => {
    expect(bearerToken(header)).toBe('abc.def-1');
  });

  it.each([undefined, '', 'Basic YTpi', 'Bearer', 'Bearer two words'])('refuses %s with 401', (header) => {
    expect(() => bearerToken(header)).toThrow(Problem);
  });
});
