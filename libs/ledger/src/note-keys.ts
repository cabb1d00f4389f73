import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { isKeyName, NoteError, type NoteSigner, type NoteVerifier } from './signed-note.js';

/** How a key signs: a note as it is, or as the witness of a checkpoint, with the time (C2SP tlog-cosignature, v1). */
export const NOTE_KEY_KINDS = ['ed25519', 'cosignature'] as const;
export type NoteKeyKind = (typeof NOTE_KEY_KINDS)[number];

const TYPES: Readonly<Record<NoteKeyKind, number>> = { ed25519: 1, cosignature: 4 };
const PRIVATE_PREFIX = 'PRIVATE+KEY+';
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const TIME_BYTES = 8;
/** DER of an Ed25519 key around its 32 bytes (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

function keyIdOf(name: string, kind: NoteKeyKind, publicKey: Buffer): number {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(TYPES[kind]))
    .update(publicKey)
    .digest()
    .readUInt32BE(0);
}

const publicBytes = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);

/** A key with a name, as notes are verified by it. */
export interface NoteVerifierKey extends NoteVerifier {
  readonly kind: NoteKeyKind;
  /** As C2SP writes a verifier key: `<name>+<id, hex>+<base64>`. */
  readonly vkey: string;
}

/** A key with a name, as notes are signed by it. */
export interface NoteSignerKey extends NoteSigner {
  /** The key by which others verify. */
  readonly verifier: NoteVerifierKey;
}

const cosigned = (text: string, seconds: number | bigint): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);

function verifierOf(name: string, kind: NoteKeyKind, publicKey: Buffer): NoteVerifierKey {
  if (!isKeyName(name)) throw new NoteError('the name of a key must not be empty nor hold a space or a plus');
  const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
  const keyId = keyIdOf(name, kind, publicKey);
  const material = Buffer.concat([Buffer.of(TYPES[kind]), publicKey]).toString('base64');
  return {
    name,
    kind,
    keyId,
    vkey: `${name}+${keyId.toString(16).padStart(8, '0')}+${material}`,
    verify: (text, signature) =>
      kind === 'ed25519'
        ? signature.length === SIGNATURE_BYTES && verify(null, Buffer.from(text), key, signature)
        : signature.length === TIME_BYTES + SIGNATURE_BYTES &&
          verify(null, cosigned(text, signature.readBigUInt64BE(0)), key, signature.subarray(TIME_BYTES)),
  };
}

/** Takes apart `<name>+<id, hex>+<base64 of type and key>`; the name of no key holds a plus, base64 may. */
function parts(
  encoded: string,
  what: string,
): { name: string; keyId: number; kind: NoteKeyKind; material: Buffer } {
  const { name, id, base64 } =
    /^(?<name>[^\s+]+)\+(?<id>[0-9a-f]{8})\+(?<base64>[A-Za-z0-9+/]+={0,2})$/u.exec(encoded)?.groups ?? {};
  const bytes = Buffer.from(base64 ?? '', 'base64');
  const kind = NOTE_KEY_KINDS.find((known) => TYPES[known] === bytes[0]);
  if (name === undefined || id === undefined || bytes.length !== 1 + KEY_BYTES || kind === undefined) {
    throw new NoteError(`this is no ${what}: it must look like <name>+<8 hex digits>+<base64>, of Ed25519`);
  }
  return { name, keyId: Number.parseInt(id, 16), kind, material: bytes.subarray(1) };
}

/**
 * Reads a verifier key (C2SP signed-note), of an Ed25519 key or a witness.
 * @throws NoteError when it is none, or its id is not that of the key
 */
export function parseVerifierKey(vkey: string): NoteVerifierKey {
  const { name, keyId, kind, material } = parts(vkey.trim(), 'verifier key');
  const verifier = verifierOf(name, kind, material);
  if (verifier.keyId !== keyId)
    throw new NoteError('the verifier key is damaged: its id is not that of the key');
  return verifier;
}

/** What a signer is made of. */
export interface SignerOptions {
  readonly name: string;
  /** 32 bytes, the private key of Ed25519 (RFC 8032). */
  readonly seed: Buffer;
  readonly kind?: NoteKeyKind;
  /** ms since 1970: a cosignature says when it was made. */
  readonly now?: () => number;
}

/**
 * A key that signs notes.
 * @throws NoteError for a name or a seed that none can have
 */
export function newSigner({ name, seed, kind = 'ed25519', now = Date.now }: SignerOptions): NoteSignerKey {
  if (seed.length !== KEY_BYTES) throw new NoteError(`a private key has ${KEY_BYTES} bytes`);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const verifier = verifierOf(name, kind, publicBytes(key));
  return {
    name,
    keyId: verifier.keyId,
    verifier,
    sign: (text) => {
      if (kind === 'ed25519') return sign(null, Buffer.from(text), key);
      const seconds = Math.floor(now() / 1000);
      const time = Buffer.alloc(TIME_BYTES);
      time.writeBigUInt64BE(BigInt(seconds));
      return Buffer.concat([time, sign(null, cosigned(text, seconds), key)]);
    },
  };
}

/** The seed of an Ed25519 private key, for {@link newSigner}. @throws NoteError for a key of another kind */
export function seedOf(key: KeyObject): Buffer {
  if (key.type !== 'private' || key.asymmetricKeyType !== 'ed25519')
    throw new NoteError('the key is no private Ed25519 key');
  return key.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8.length);
}

/**
 * Reads a signer key, as Go's sumdb/note writes it: `PRIVATE+KEY+<name>+<id, hex>+<base64>`.
 * @throws NoteError when it is none; it never repeats the key
 */
export function parseSignerKey(skey: string, now?: () => number): NoteSignerKey {
  const trimmed = skey.trim();
  if (!trimmed.startsWith(PRIVATE_PREFIX)) throw new NoteError(`a signer key begins with ${PRIVATE_PREFIX}`);
  const { name, keyId, kind, material } = parts(trimmed.slice(PRIVATE_PREFIX.length), 'signer key');
  const signer = newSigner({ name, seed: material, kind, now });
  if (signer.keyId !== keyId) throw new NoteError('the signer key is damaged: its id is not that of the key');
  return signer;
}

/** Writes a signer key, as {@link parseSignerKey} reads it. Keep it secret. */
export function formatSignerKey({ name, seed, kind = 'ed25519' }: SignerOptions): string {
  const { keyId } = newSigner({ name, seed, kind });
  const material = Buffer.concat([Buffer.of(TYPES[kind]), seed]).toString('base64');
  return `${PRIVATE_PREFIX}${name}+${keyId.toString(16).padStart(8, '0')}+${material}`;
}
