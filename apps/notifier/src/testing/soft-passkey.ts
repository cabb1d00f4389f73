import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const base64url = (data: Buffer | Uint8Array): string => Buffer.from(data).toString('base64url');

/** Bits of WebAuthn's authenticator data: present, verified, attested credential. */
const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 };

/** What an authenticator does differently than it should, for specs of faults. */
export interface Misbehaviour {
  readonly origin?: string;
  readonly rpId?: string;
  readonly unverified?: boolean;
  readonly counter?: number;
}

/** An authenticator in software (WebAuthn level 3, ES256), with one passkey. */
export class SoftPasskey {
  readonly id = base64url(randomBytes(32));
  #counter = 0;
  readonly #privateKey: KeyObject;
  readonly #coseKey: Buffer;

  constructor(private readonly origin: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = privateKey;
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    // RFC 9053: kty EC2, alg ES256, curve P-256.
    const entries: [number, number | Uint8Array][] = [
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ];
    this.#coseKey = Buffer.from(isoCBOR.encode(new Map(entries)));
  }

  /** `PublicKeyCredential.toJSON()` of a new passkey. */
  create(challenge: string, wrong: Misbehaviour = {}): string {
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const authData = Buffer.concat([
      this.#authData(FLAGS.attested, 0, wrong),
      Buffer.alloc(16),
      length,
      id,
      this.#coseKey,
    ]);
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(authData)],
    ]);
    return this.#credential({
      clientDataJSON: this.#clientData('webauthn.create', challenge, wrong),
      // The package's type leaves out what its encoder takes.
      attestationObject: base64url(isoCBOR.encode(attestation as Parameters<typeof isoCBOR.encode>[0])),
      transports: ['internal'],
    });
  }

  /** `PublicKeyCredential.toJSON()` of a proof. */
  get(challenge: string, wrong: Misbehaviour = {}): string {
    this.#counter += 1;
    const authData = this.#authData(0, wrong.counter ?? this.#counter, wrong);
    const clientDataJSON = this.#clientData('webauthn.get', challenge, wrong);
    const signature = createSign('sha256')
      .update(Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))]))
      .sign(this.#privateKey);
    return this.#credential({
      clientDataJSON,
      authenticatorData: base64url(authData),
      signature: base64url(signature),
    });
  }

  #authData(more: number, count: number, { rpId, unverified }: Misbehaviour): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(count);
    const flags = FLAGS.present | (unverified === true ? 0 : FLAGS.verified) | more;
    return Buffer.concat([sha256(rpId ?? new URL(this.origin).hostname), Buffer.from([flags]), counter]);
  }

  #clientData(type: string, challenge: string, { origin = this.origin }: Misbehaviour): string {
    return base64url(Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })));
  }

  #credential(response: Readonly<Record<string, unknown>>): string {
    return JSON.stringify({
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response,
    });
  }
}
