import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK, jwtVerify } from 'jose';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signPersonToken } from './sign-person-token.js';

let folder: string;
let issuer: { issuer: string; audience: string; privateKeyFile: string };
let publicJwk: JWK;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-token-'));
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  issuer = { issuer: 'https://issuer.test', audience: 'tollgate', privateKeyFile: join(folder, 'key.json') };
  writeFileSync(issuer.privateKeyFile, JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'dev-1' }));
  publicJwk = await exportJWK(publicKey);
});
afterEach(() => rmSync(folder, { recursive: true }));

const NOW = new Date('2026-11-22T14:00:00.500Z');

describe('a development token', () => {
  it('says who it is for how long, and is signed by the issuer', async () => {
    const token = await signPersonToken(issuer, { person: 'erin', now: NOW, validForMs: 60_000 });
    const { payload, protectedHeader } = await jwtVerify(token, publicJwk, {
      algorithms: ['EdDSA'],
      issuer: issuer.issuer,
      audience: issuer.audience,
      currentDate: NOW,
    });
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', kid: 'dev-1' });
    expect(payload).toMatchObject({ sub: 'erin', iat: 1795356000, exp: 1795356060 });
  });

  it.each([
    ['not JSON: "d":"secret-part"'],
    ['{"d":"secret-part"}'],
    ['{"kty":"OKP","crv":"Ed25519","d":"secret-part"}'],
  ])('is refused where the key is no key, which is never shown', async (content) => {
    writeFileSync(issuer.privateKeyFile, content);
    const refused = signPersonToken(issuer, { person: 'erin', now: NOW, validForMs: 1000 });
    await expect(refused).rejects.toThrow(issuer.privateKeyFile);
    await expect(refused).rejects.not.toThrow(/secret-part/);
  });
});
