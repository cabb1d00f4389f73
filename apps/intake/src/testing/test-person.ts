import { writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { type IntakeConfig } from '../intake.config.js';
import { type TestSystem } from './test-system.js';

const ISSUER = 'https://tollgate.local/development';
const AUDIENCE = 'tollgate-approvals';

/** Issues tokens of persons of the shipped directory, right ones and wrong ones. */
export class TestPersons {
  private constructor(
    private readonly key: CryptoKey,
    /** What an intake is given to check the tokens. */
    readonly settings: Partial<IntakeConfig>,
  ) {}

  static async create(system: TestSystem): Promise<TestPersons> {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA');
    const keys = [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', use: 'sig', kid: 'test' }];
    const approverJwksFile = system.file('person-jwks.json');
    writeFileSync(approverJwksFile, JSON.stringify({ keys }));
    return new TestPersons(privateKey, {
      approverIssuer: ISSUER,
      approverAudience: AUDIENCE,
      approverJwksFile,
    });
  }

  /** The header by which a person breaks the glass, by a passkey; `claims` change what its token says. */
  async header(person: string, claims: JWTPayload = {}): Promise<Record<string, string>> {
    const now = Math.floor(Date.now() / 1000);
    const token = await new SignJWT({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: person,
      acr: 'phr',
      iat: now,
      exp: now + 600,
      ...claims,
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: 'test' })
      .sign(this.key);
    return { 'tollgate-person': `Bearer ${token}` };
  }
}
