import { describe, expect, it } from '@jest/globals';
import { type Release } from '@tollgate/contracts';
import { exampleDecision, exampleRequest, exampleRoute } from '../testing/example.js';
import { type Redemption, redemptionVerdict } from './redemption-verdict.js';
import { type ReleaseEnd, releaseState, type ReleaseStanding } from './release-standing.js';

const request = exampleRequest();
const release: Release = {
  id: '5f0e2f6b-7b1f-5c53-9a04-2f8f8f3d6c11',
  token: 'a.b.c',
  audience: 'ci-bot',
  releasedAt: '2026-11-22T18:05:00.000Z',
  expiresAt: '2026-11-22T18:20:00.000Z',
};
const expiry = Date.parse(release.expiresAt);
const standing = (changes: Partial<ReleaseStanding> = {}): ReleaseStanding => ({
  request,
  release,
  facts: { request, route: exampleRoute(), decision: exampleDecision() },
  now: expiry - 1,
  ruling: 1,
  ...changes,
});
const redemption = (changes: Partial<Redemption> = {}): Redemption => ({
  token: 'a.b.c',
  audience: 'ci-bot',
  idempotencyKey: null,
  ...changes,
});
const redeemedEnd = (idempotencyKey: string | null): ReleaseEnd => ({
  state: 'redeemed',
  by: 'ci-bot',
  at: '2026-11-22T18:06:00.000Z',
  idempotencyKey,
  guardrail: { outcome: 'passed', results: [], policyRevision: 1 },
});
const revokedEnd: ReleaseEnd = { state: 'revoked', by: 'ci-bot', at: '2026-11-22T18:06:00.000Z', reason: '' };
const { action, environment, target, parameters } = request;
const content = { action, environment, target, parameters };

describe('whether a release may be redeemed', () => {
  it.each<[string, string, Partial<ReleaseStanding>, Partial<Redemption>]>([
    ['stands', 'redeemable', {}, {}],
    ['is at its last millisecond', 'redeemable', { now: expiry - 1 }, {}],
    ['is over', 'expired', { now: expiry }, {}],
    ['was revoked', 'revoked', { end: revokedEnd }, {}],
    ['was revoked, and its time is over', 'revoked', { end: revokedEnd, now: expiry }, {}],
    ['was redeemed', 'used', { end: redeemedEnd('k') }, {}],
    ['was redeemed by the same key', 'repeated', { end: redeemedEnd('k') }, { idempotencyKey: 'k' }],
    [
      'was redeemed by it, and its time is over',
      'repeated',
      { end: redeemedEnd('k'), now: expiry },
      { idempotencyKey: 'k' },
    ],
    ['was redeemed by another key', 'used', { end: redeemedEnd('k') }, { idempotencyKey: 'l' }],
    ['was redeemed without a key', 'used', { end: redeemedEnd(null) }, { idempotencyKey: 'k' }],
    ['was redeemed without, and has none', 'used', { end: redeemedEnd(null) }, {}],
    ['is for another', 'other-audience', {}, { audience: 'ci-bot/deployer' }],
    ['has another token', 'not-ours', {}, { token: 'a.b.d' }],
    ['is for what was approved', 'redeemable', {}, { content, contentHash: request.contentHash }],
    ['is for something else', 'other-content', {}, { content: { ...content, parameters: {} } }],
    ['is for another hash', 'other-content', {}, { contentHash: '0'.repeat(64) }],
    [
      'is for another hash, by the same key',
      'other-content',
      { end: redeemedEnd('k') },
      { idempotencyKey: 'k', contentHash: '0'.repeat(64) },
    ],
    [
      'is for another, of something else',
      'other-audience',
      {},
      { audience: 'x', contentHash: '0'.repeat(64) },
    ],
  ])('one that %s: %s', (_name, kind, known, asked) => {
    expect(redemptionVerdict(standing(known), redemption(asked)).kind).toBe(kind);
  });
});

describe('the state of a release', () => {
  it.each<[string, ReleaseEnd | undefined, number]>([
    ['unused', undefined, expiry - 1],
    ['expired', undefined, expiry],
    ['redeemed', redeemedEnd(null), expiry + 1],
    ['revoked', revokedEnd, expiry + 1],
  ])('%s', (state, end, now) => expect(releaseState(release, end, now)).toBe(state));
});
