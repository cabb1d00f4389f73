import { beforeAll, describe, expect, it } from '@jest/globals';
import { ApproverTokens, Problem } from '@tollgate/runtime';
import { type JWTPayload } from 'jose';
import { TEST_AUDIENCE, TestIssuer } from '../testing/test-issuer.js';
import { TEST_ISSUER } from '../testing/test-policy.js';

let issuer: TestIssuer;
let now: number;

beforeAll(async () => {
  issuer = await TestIssuer.create();
});

const tokensOf = (keys = issuer.jwks) => {
  now = Date.now();
  return new ApproverTokens({ issuer: TEST_ISSUER, audience: TEST_AUDIENCE, keys, now: () => now });
};

describe('ApproverTokens', () => {
  it('knows who comes with a valid token', async () => {
    const iat = Math.floor(Date.now() / 1000);
    expect(await tokensOf().verify(await issuer.token('erin', { iat }))).toEqual({
      issuer: TEST_ISSUER,
      subject: 'erin',
      authentication: 'signed-in',
      signedInAt: iat * 1000,
    });
  });

  it('knows when the issuer saw the person, and how', async () => {
    const tokens = tokensOf();
    const known = async (claims: JWTPayload) => tokens.verify(await issuer.token('erin', claims));
    expect(await known({ auth_time: 1_700_000_000 })).toMatchObject({ signedInAt: 1_700_000_000_000 });
    expect(await known({ iat: undefined })).not.toHaveProperty('signedInAt');
    for (const acr of ['phr', 'phrh'])
      expect(await known({ acr })).toMatchObject({ authentication: 'passkey' });
    for (const acr of ['phrx', 'urn:mfa', ['phr'], true])
      expect(await known({ acr })).toMatchObject({ authentication: 'signed-in' });
  });

  it('believes a verified token until it expires and no longer', async () => {
    const tokens = tokensOf();
    const token = await issuer.token('erin', { exp: Math.floor(now / 1000) + 60 });
    await tokens.verify(token);
    now += 59_000;
    await expect(tokens.verify(token)).resolves.toMatchObject({ subject: 'erin' });
    now += 2_000;
    await expect(tokens.verify(token)).rejects.toThrow('expired');
  });

  it('does not mistake an altered token for a verified one', async () => {
    const tokens = tokensOf();
    const token = await issuer.token('erin');
    await tokens.verify(token);
    const [header, , signature] = token.split('.');
    const payload = Buffer.from(
      JSON.stringify({ iss: TEST_ISSUER, aud: TEST_AUDIENCE, sub: 'bob', exp: now }),
    ).toString('base64url');
    await expect(tokens.verify(`${header}.${payload}.${signature}`)).rejects.toThrow(Problem);
  });

  it('knows many callers, each as who they are', async () => {
    const tokens = tokensOf();
    const persons = Array.from({ length: 50 }, (_, index) => `person-${index}`);
    const theirs = await Promise.all(persons.map((person) => issuer.token(person)));
    for (const pass of [1, 2]) {
      const known = await Promise.all(theirs.map((token) => tokens.verify(token)));
      expect([pass, ...known.map(({ subject }) => subject)]).toEqual([pass, ...persons]);
    }
  });
});
