import { describe, expect, it } from '@jest/globals';
import { looksLikeToken, ReviewTokens } from './review-token.js';

const tokens = new ReviewTokens('a secret of at least thirty-two characters');

describe('ReviewTokens', () => {
  it('makes the same token for the same person and request, and others for others', () => {
    const token = tokens.linkToken('r1', 'erin');
    expect(looksLikeToken(token)).toBe(true);
    expect(tokens.linkToken('r1', 'erin')).toBe(token);
    const others = [
      tokens.linkToken('r1', 'bob'),
      tokens.linkToken('r2', 'erin'),
      new ReviewTokens('another secret of thirty-two characters').linkToken('r1', 'erin'),
    ];
    expect(new Set([token, ...others]).size).toBe(4);
  });
});
