import { describe, expect, it } from '@jest/globals';
import { preferredWait } from './prefer-wait.js';

describe('Prefer: wait', () => {
  it.each([
    ['wait=30', 30],
    ['wait=0', 0],
    ['Wait = "5"', 5],
    ['respond-async, wait=10', 10],
    ['wait=10; x=1', 10],
    ['wait=100000', 60],
    ['wait=3, wait=9', 3],
    ['wait=-1', undefined],
    ['wait=1.5', undefined],
    ['wait', undefined],
    ['waiting=3', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j', (header, seconds) => expect(preferredWait(header)).toBe(seconds));
});
