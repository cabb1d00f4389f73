import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DECISION_OUTCOMES, GUARDRAIL_OUTCOMES, releaseIdFor } from '@tollgate/contracts';
import { PermanentError } from '@tollgate/messaging';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { releaseKey } from '../jwks/release-key.js';
import { exampleDecision, exampleRequest } from '../testing/example.js';
import { outcomeOf } from './outcome-of.js';
import { releaseValidityMs } from './release-validity.js';
import { RELEASE_TOKEN_TYPE, releaseSigner } from './sign-release.js';

describe('the outcome of a judgement', () => {
  const outcomes: Record<string, string> = {
    'approved passed': 'released',
    'approved blocked': 'blocked',
    'denied skipped': 'denied',
    'expired skipped': 'expired',
    'cancelled skipped': 'cancelled',
  };
  const pairs = DECISION_OUTCOMES.flatMap((decided) =>
    GUARDRAIL_OUTCOMES.map((judged) => [decided, judged] as const),
  );

  it.each(pairs)('of a decision %s with the gate %s', (decided, judged) => {
    const judgement = {
      decision: exampleDecision({ outcome: decided }),
      guardrail: { outcome: judged, results: [], policyRevision: 1 },
    };
    const outcome = outcomes[`${decided} ${judged}`];
    if (outcome === undefined) expect(() => outcomeOf(judgement)).toThrow(PermanentError);
    else expect(outcomeOf(judgement)).toBe(outcome);
  });
});

describe('a release', () => {
  const key = releaseKey(JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })));
  const sign = releaseSigner({ issuer: 'https://gate.example', key });
  const request = exampleRequest();
  const releasing = { request, decidedAt: '2026-11-22T18:05:00.900Z', validityMs: 15 * 60_000 };

  it('is a token that anybody can verify with the published keys', async () => {
    const release = sign(releasing);
    expect(release).toMatchObject({
      id: releaseIdFor(request.id),
      audience: 'ci-bot',
      releasedAt: '2026-11-22T18:05:00.900Z',
      expiresAt: '2026-11-22T18:20:00.900Z',
    });
    const { payload } = await jwtVerify(release.token, createLocalJWKSet({ keys: [{ ...key.publicJwk }] }), {
      algorithms: ['EdDSA'],
      issuer: 'https://gate.example',
      audience: 'ci-bot',
      typ: RELEASE_TOKEN_TYPE,
      currentDate: new Date('2026-11-22T18:10:00Z'),
    });
    expect(payload).toEqual({
      iss: 'https://gate.example',
      aud: 'ci-bot',
      sub: request.id,
      jti: release.id,
      contentHash: request.contentHash,
      iat: Date.parse('2026-11-22T18:05:00Z') / 1000,
      exp: Date.parse('2026-11-22T18:20:00Z') / 1000,
    });
  });

  it('is the same whenever it is made', () => expect(sign(releasing)).toEqual(sign(releasing)));

  it('is valid for as long as the route says', () => {
    expect(releaseValidityMs('PT15M')).toBe(900_000);
    expect(releaseValidityMs('P1DT1H')).toBe(25 * 3_600_000);
    expect(() => releaseValidityMs('soon')).toThrow(PermanentError);
  });
});
