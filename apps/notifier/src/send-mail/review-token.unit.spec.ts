import { describe, expect, it } from '@jest/globals';
import { looksLikeToken, ReviewTokens } from './review-token.js';

const HOUR_MS = 60 * 60 * 1000;
const NOW = Date.parse('2026-11-20T10:30:00.000Z');
const tokens = new ReviewTokens('a secret of at least thirty-two characters');
const HASH = 'a'.repeat(64);

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

  it('takes the nonce of a view for at least an hour and at most two', () => {
    const nonce = tokens.viewNonce('t', 0, HASH, NOW);
    expect(tokens.isViewNonce(nonce, 't', 0, HASH, NOW + HOUR_MS)).toBe(true);
    expect(tokens.isViewNonce(nonce, 't', 0, HASH, NOW + 2 * HOUR_MS)).toBe(false);
  });

  it.each([
    ['another link', ['u', 0, HASH]],
    ['another step', ['t', 1, HASH]],
    ['another content', ['t', 0, 'b'.repeat(64)]],
  ] as const)('refuses the nonce of %s', (_what, [token, step, hash]) => {
    expect(tokens.isViewNonce(tokens.viewNonce('t', 0, HASH, NOW), token, step, hash, NOW)).toBe(false);
  });

  it.each(['', 'x', 'ü'.repeat(43)])('refuses %j', (nonce) => {
    expect(tokens.isViewNonce(nonce, 't', 0, HASH, NOW)).toBe(false);
  });
});
