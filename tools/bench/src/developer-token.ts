import { readFileSync } from 'node:fs';
import { type StackCredentials } from '@tollgate/stack';
import { importJWK, type JWK, SignJWT } from 'jose';

/** Bearer tokens of persons, signed by the local stack's development issuer; valid for two hours. */
export async function developerTokens(
  issuer: StackCredentials['developmentIssuer'],
  people: readonly string[],
): Promise<string[]> {
  const jwk = JSON.parse(readFileSync(issuer.privateKeyFile, 'utf8')) as JWK;
  const key = await importJWK(jwk, 'EdDSA');
  return Promise.all(
    people.map((person) =>
      new SignJWT()
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) })
        .setIssuer(issuer.issuer)
        .setAudience(issuer.audience)
        .setSubject(person)
        .setIssuedAt()
        .setExpirationTime('2h')
        .sign(key),
    ),
  );
}
