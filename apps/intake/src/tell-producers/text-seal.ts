import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const SHORTEST_KEY = 32;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';
const VERSION = 'v1.';

const derived = (text: string): Buffer =>
  Buffer.from(hkdfSync('sha256', text, '', 'tollgate producer webhook', KEY_BYTES));

function decrypted(key: Buffer, whole: Buffer, owner: string): string | undefined {
  const decipher = createDecipheriv(CIPHER, key, whole.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(owner));
  decipher.setAuthTag(whole.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const start = decipher.update(whole.subarray(NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([start, decipher.final()]).toString('utf8');
  } catch {
    // It was sealed by another key, or for another owner: there is no other reason to throw.
    return undefined;
  }
}

/**
 * Seals texts for the database: who reads a dump of it, without the key, learns nothing, and cannot make one producer's
 * text another's. AES-256-GCM, bound to its owner.
 */
export class TextSeal {
  readonly #keys: readonly Buffer[];

  /** @param keys the first seals; each of them opens */
  constructor(keys: readonly [string, ...string[]]) {
    this.#keys = keys.map(derived);
  }

  /** @param owner whose it is; it opens for nobody else */
  seal(text: string, owner: string): string {
    const [key = Buffer.alloc(0)] = this.#keys;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return VERSION + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** @returns undefined for what was sealed by another key, for another owner, or not at all */
  open(sealed: string, owner: string): string | undefined {
    if (!sealed.startsWith(VERSION)) return undefined;
    const whole = Buffer.from(sealed.slice(VERSION.length), 'base64url');
    if (whole.length < NONCE_BYTES + TAG_BYTES) return undefined;
    for (const key of this.#keys) {
      const text = decrypted(key, whole, owner);
      if (text !== undefined) return text;
    }
    return undefined;
  }
}

/**
 * Reads the keys: one, or several while one takes the place of another, each on a line of its own, the newest first.
 * @throws Error for a file without one, or with one of less than 32 characters
 */
export function readTextSeal(file: string): TextSeal {
  const [first, ...others] = readFileSync(file, 'utf8')
    .split(/\s+/)
    .filter((line) => line !== '');
  if (first === undefined || [first, ...others].some(({ length }) => length < SHORTEST_KEY))
    throw new Error(
      `PRODUCER_WEBHOOK_KEY_FILE: ${file} must hold at least ${SHORTEST_KEY} characters, on each line if there are several`,
    );
  return new TextSeal([first, ...others]);
}
