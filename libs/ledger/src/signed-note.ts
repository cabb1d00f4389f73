/** A note with its signatures (C2SP signed-note). */
export interface SignedNote {
  /** Ends in a newline, which is signed with it. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A line of signature. */
export interface NoteSignature {
  readonly name: string;
  /** 4 bytes, as a number. */
  readonly keyId: number;
  /** What follows the key's id. */
  readonly signature: Buffer;
}

/** Verifies the signatures of one key. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: number;
  readonly verify: (text: string, signature: Buffer) => boolean;
}

/** Signs by one key. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  readonly sign: (text: string) => Buffer;
}

/** Thrown for text that is no signed note, or that no trusted key has signed. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
}

const MAX_SIGNATURES = 100;
const MAX_LENGTH = 1_000_000;
const SIGNATURE_LINE = /^\u2014 (?<name>[^\s+]+) (?<signature>[A-Za-z0-9+/]+={0,2})$/u;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const KEY_ID_BYTES = 4;

/** True for what can be the name of a key: not empty, no space, no plus. */
export const isKeyName = (name: string): boolean => /^[^\s+]+$/u.test(name) && !CONTROL.test(name);

function parseSignature(line: string): NoteSignature {
  const { name, signature } = SIGNATURE_LINE.exec(line)?.groups ?? {};
  if (name === undefined || signature === undefined)
    throw new NoteError('a line of signature of the note is malformed');
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.length <= KEY_ID_BYTES || bytes.toString('base64') !== signature) {
    throw new NoteError(`the signature of ${name} is no base64 of a key's id and a signature`);
  }
  return { name, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(KEY_ID_BYTES) };
}

/**
 * Takes a note apart. It says nothing of whether a signature holds: see {@link openNote}.
 * @throws NoteError for what is no signed note
 */
export function parseNote(note: string): SignedNote {
  if (note.length > MAX_LENGTH) throw new NoteError('the note is too long');
  if (CONTROL.test(note) || !note.isWellFormed())
    throw new NoteError('the note holds characters that no note may hold');
  const split = note.lastIndexOf('\n\n');
  if (split < 0) throw new NoteError('the note has no empty line before its signatures');
  if (!note.endsWith('\n')) throw new NoteError('the note does not end in a newline');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new NoteError('the note has too many signatures');
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

/**
 * The notes of a file that holds one after the other, each followed by an empty line, as a mirror of checkpoints does; or
 * of a file with one note. A note's text must not hold an empty line.
 */
export function notesIn(text: string): string[] {
  const parts = text.split('\n\n').filter((part) => part !== '');
  return Array.from({ length: Math.ceil(parts.length / 2) }, (_, nth) => {
    const [body = '', signatures = ''] = parts.slice(2 * nth, 2 * nth + 2);
    return `${body}\n\n${signatures.trimEnd()}\n`;
  });
}

const signatureLine = ({ name, keyId, signature }: NoteSignature): string => {
  const id = Buffer.alloc(KEY_ID_BYTES);
  id.writeUInt32BE(keyId);
  return `\u2014 ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
};

/** A note in one piece. */
export const formatNote = ({ text, signatures }: SignedNote): string =>
  `${text}\n${signatures.map(signatureLine).join('')}`;

/**
 * Signs a text.
 * @param text ends in a newline
 * @returns the note in one piece
 * @throws NoteError for a text that no note may hold
 */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  const note = formatNote({
    text,
    signatures: signers.map((signer) => ({
      name: signer.name,
      keyId: signer.keyId,
      signature: signer.sign(text),
    })),
  });
  if (!text.endsWith('\n') || parseNote(note).text !== text)
    throw new NoteError('this text cannot be signed as a note');
  return note;
}

/** Adds a signature to a note; one by the same key is replaced. */
export function addSignature(note: string, signer: NoteSigner): string {
  const { text, signatures } = parseNote(note);
  const others = signatures.filter(({ name, keyId }) => name !== signer.name || keyId !== signer.keyId);
  const signature = { name: signer.name, keyId: signer.keyId, signature: signer.sign(text) };
  return formatNote({ text, signatures: [...others, signature] });
}

/** A note of which at least one trusted key's signature holds. */
export interface OpenedNote {
  readonly text: string;
  /** The trusted keys whose signatures hold. */
  readonly signedBy: readonly NoteVerifier[];
}

/**
 * Verifies a note. Signatures of unknown keys are ignored, as the standard says; a false one of a known key is not.
 * @throws NoteError when it is no note, no trusted key has signed it, or the signature of one does not hold
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const signedBy = new Set<NoteVerifier>();
  for (const { name, keyId, signature } of signatures) {
    const verifier = verifiers.find((known) => known.name === name && known.keyId === keyId);
    if (verifier === undefined) continue;
    if (!verifier.verify(text, signature)) throw new NoteError(`the signature of ${name} does not hold`);
    signedBy.add(verifier);
  }
  if (signedBy.size === 0) throw new NoteError('no trusted key has signed the note');
  return { text, signedBy: [...signedBy] };
}
