import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import { keyFile, releaseKey } from './release-key.js';

const jwk = (type: 'ed25519' | 'x25519'): string => {
  const { privateKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
  return JSON.stringify(privateKey.export({ format: 'jwk' }));
};

describe('the release key', () => {
  it('shows its public half under its thumbprint', async () => {
    const text = jwk('ed25519');
    const { publicJwk } = releaseKey(text);
    expect(publicJwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' });
    expect(publicJwk).not.toHaveProperty('d');
    expect(publicJwk.kid).toBe(await calculateJwkThumbprint({ ...publicJwk }));
  });

  it.each([
    ['no JSON', 'secret'],
    ['no key', '{"kty":"OKP","d":"secret"}'],
    ['a key of another kind', jwk('x25519')],
  ])('is refused when the file holds %s, without a word of what it holds', (_name, text) => {
    expect(() => releaseKey(text)).toThrow(/release key/);
    expect(() => releaseKey(text)).not.toThrow(/secret/);
  });

  it('can be a public one, with which nothing is signed', () => {
    const { publicJwk } = releaseKey(jwk('ed25519'));
    expect(keyFile(JSON.stringify(publicJwk))).toEqual({ privateKey: undefined, publicJwk });
    expect(() => releaseKey(JSON.stringify(publicJwk))).toThrow(/cannot sign/);
  });
});
