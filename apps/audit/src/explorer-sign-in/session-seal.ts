import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** That a browser is signed in, as its cookie says it to this service alone. */
export interface ExplorerSession {
  /** Which key signed in, by its SHA-256, hex; the key itself is nowhere. */
  readonly keySha256: string;
  /** Names the session: 32 hex digits. */
  readonly id: string;
  /** ms since 1970 */
  readonly signedInAt: number;
  /** When a page was last asked for; ms since 1970. */
  readonly seenAt: number;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HASH_BYTES = 32;
const ID_BYTES = 16;
const TIME_BYTES = 8;
const PLAIN_BYTES = HASH_BYTES + ID_BYTES + 2 * TIME_BYTES;
const SEALED_BYTES = IV_BYTES + PLAIN_BYTES + TAG_BYTES;

/** A name for a new session. */
export const newSessionId = (): string => randomBytes(ID_BYTES).toString('hex');

/** Seals sessions into cookies: nobody else can read, make or change one. */
export class SessionSeal {
  readonly #key: Buffer;

  /** @param secret the same in every process of the service; not public */
  constructor(secret: Buffer) {
    this.#key = Buffer.from(
      hkdfSync('sha256', secret, Buffer.alloc(0), 'tollgate explorer session', KEY_BYTES),
    );
  }

  seal({ keySha256, id, signedInAt, seenAt }: ExplorerSession): string {
    const times = Buffer.alloc(2 * TIME_BYTES);
    times.writeBigUInt64BE(BigInt(signedInAt), 0);
    times.writeBigUInt64BE(BigInt(seenAt), TIME_BYTES);
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv);
    const plain = Buffer.concat([Buffer.from(keySha256, 'hex'), Buffer.from(id, 'hex'), times]);
    return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString(
      'base64url',
    );
  }

  /** @returns undefined for anything that {@link seal} did not give */
  open(text: string): ExplorerSession | undefined {
    const sealed = Buffer.from(text, 'base64url');
    if (sealed.length !== SEALED_BYTES) return undefined;
    const opening = createDecipheriv(CIPHER, this.#key, sealed.subarray(0, IV_BYTES));
    opening.setAuthTag(sealed.subarray(SEALED_BYTES - TAG_BYTES));
    let plain: Buffer;
    try {
      plain = Buffer.concat([
        opening.update(sealed.subarray(IV_BYTES, SEALED_BYTES - TAG_BYTES)),
        opening.final(),
      ]);
    } catch {
      // The one error there is: the tag does not fit, which is the answer.
      return undefined;
    }
    const times = HASH_BYTES + ID_BYTES;
    return {
      keySha256: plain.subarray(0, HASH_BYTES).toString('hex'),
      id: plain.subarray(HASH_BYTES, times).toString('hex'),
      signedInAt: Number(plain.readBigUInt64BE(times)),
      seenAt: Number(plain.readBigUInt64BE(times + TIME_BYTES)),
    };
  }
}
