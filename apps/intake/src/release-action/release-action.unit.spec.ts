import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DECISION_OUTCOMES, GUARDRAIL_OUTCOMES, releaseIdFor, type Vote } from '@tollgate/contracts';
import { PermanentError } from '@tollgate/messaging';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { releaseKey } from '../jwks/release-key.js';
import { exampleDecision, exampleRequest } from '../testing/example.js';
import { approversOf } from './approvers-of.js';
import { outcomeOf } from './outcome-of.js';
import { releaseValidityMs } from './release-validity.js';
import { RELEASE_TOKEN_TYPE, releaseSigner, type Releasing } from './sign-release.js';

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
  const newKey = () => JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
  const key = releaseKey(newKey());
  const sign = releaseSigner({ issuer: 'https://gate.example', keys: { signing: key } });
  const request = exampleRequest();
  const releasing: Releasing = {
    request,
    decision: exampleDecision({ decidedAt: '2026-11-22T18:05:00.900Z', policyRevision: 2 }),
    executor: undefined,
    validityMs: 15 * 60_000,
  };

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
      requester: 'ci-bot',
      policyRevisions: { submission: 1, decision: 2 },
      decidedBy: 'people',
      approvedBy: ['erin'],
    });
  });

  it('is the same whenever it is made', () => expect(sign(releasing)).toEqual(sign(releasing)));

  it('is for the executor where the route names one', () => {
    const release = sign({ ...releasing, executor: 'deployer' });
    expect(release.audience).toBe('ci-bot/deployer');
    expect(decodeJwt(release.token).aud).toBe('ci-bot/deployer');
  });

  it('is signed by the key that signs at the moment, and names it', () => {
    const next = releaseKey(newKey());
    const keys = { signing: key };
    const signing = releaseSigner({ issuer: 'https://gate.example', keys });
    const kids = [key, next, key].map((now) => {
      keys.signing = now;
      return decodeProtectedHeader(signing(releasing).token).kid;
    });
    expect(kids).toEqual([key.publicJwk.kid, next.publicJwk.kid, key.publicJwk.kid]);
  });

  it('names who approved in the deciding step, each once, and nobody else', () => {
    const vote = (person: string, changes: Partial<Vote> = {}): Vote => ({
      person,
      step: 1,
      verdict: 'approve',
      reason: '',
      at: '2026-11-22T18:05:00.000Z',
      authentication: 'link',
      counted: true,
      ...changes,
    });
    const votes = [
      vote('zoe'),
      vote('bob', { onBehalfOf: 'erin' }),
      vote('bob'),
      vote('dave', { counted: false }),
      vote('carol', { verdict: 'deny' }),
      vote('frank', { step: 0 }),
    ];
    expect(approversOf({ votes, step: 1 })).toEqual(['bob', 'zoe']);
  });

  it('fits where the longest names of as many people as a step may have approved', () => {
    const votes = Array.from({ length: 200 }, (_, index): Vote => ({
      person: String(index).padEnd(200, 'x'),
      step: 0,
      verdict: 'approve',
      reason: '',
      at: '2026-11-22T18:05:00.000Z',
      authentication: 'link',
      counted: true,
    }));
    const { token } = sign({ ...releasing, decision: exampleDecision({ votes }) });
    expect(token.length).toBeLessThan(100_000);
  });

  it('is valid for as long as the route says', () => {
    expect(releaseValidityMs('PT15M')).toBe(900_000);
    expect(releaseValidityMs('P1DT1H')).toBe(25 * 3_600_000);
    expect(() => releaseValidityMs('soon')).toThrow(PermanentError);
  });
});
