import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import { TEST_ISSUER } from './test-policy.js';

/** Whom the test issuer's tokens are for. */
export const TEST_AUDIENCE = 'tollgate-approvals';

/** Issues approvers' tokens in specs, right ones and wrong ones. */
export class TestIssuer {
  private constructor(
    private readonly key: CryptoKey,
    /** What a service is given to check the tokens. */
    readonly jwks: JSONWebKeySet,
  ) {}

  static async create(): Promise<TestIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA');
    return new TestIssuer(privateKey, {
      keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', use: 'sig', kid: 'test' }],
    });
  }

  /** A token of a person; `claims` and `header` change what it says. */
  token(person: string, claims: JWTPayload = {}, header: Record<string, string> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: TEST_ISSUER,
      aud: TEST_AUDIENCE,
      sub: person,
      iat: now,
      exp: now + 600,
      ...claims,
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: 'test', ...header })
      .sign(this.key);
  }
}
