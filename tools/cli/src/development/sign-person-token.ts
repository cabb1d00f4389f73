import { readFileSync } from 'node:fs';
import { importJWK, type JWK, SignJWT } from 'jose';
import { CommandError } from '../command-error.js';
import { type DevelopmentIssuer } from '../connection/credentials.js';
import { EXIT_CODE } from '../exit-code.js';

/** How a token is made out. */
export interface PersonToken {
  readonly person: string;
  readonly now: Date;
  readonly validForMs: number;
  /** Whether it says that they signed in with a passkey. */
  readonly passkey?: boolean;
}

const isJwk = (value: unknown): value is JWK =>
  typeof value === 'object' && value !== null && 'kty' in value && typeof value.kty === 'string';

async function privateKeyIn(file: string) {
  try {
    const jwk: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isJwk(jwk)) throw new Error('it holds no JWK');
    return { key: await importJWK(jwk, 'EdDSA'), kid: jwk.kid };
  } catch (error) {
    // The message of a parser may quote the file, which holds a private key.
    throw new CommandError(
      `The development issuer's key in ${file} cannot be used.`,
      EXIT_CODE.usage,
      undefined,
      {
        cause: error,
      },
    );
  }
}

/**
 * A bearer token (JWT, EdDSA) of a person, as the development issuer signs it: for the local stack, where there is
 * no sign-in.
 * @throws CommandError when the issuer's key cannot be read
 */
export async function signPersonToken(issuer: DevelopmentIssuer, token: PersonToken): Promise<string> {
  const { key, kid } = await privateKeyIn(issuer.privateKeyFile);
  const issuedAt = Math.floor(token.now.getTime() / 1000);
  // OpenID Connect Extended Authentication Profile: phishing-resistant.
  return new SignJWT(token.passkey === true ? { acr: 'phr' } : {})
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', ...(kid === undefined ? {} : { kid }) })
    .setIssuer(issuer.issuer)
    .setAudience(issuer.audience)
    .setSubject(token.person)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.floor(token.validForMs / 1000))
    .sign(key);
}
