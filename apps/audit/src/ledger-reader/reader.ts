import { NAME_PATTERN } from '@tollgate/contracts';

/** What a key of the ledger opens: to read it, answer by answer; to take it away whole. */
export const READER_SCOPES = ['ledger:read', 'ledger:export'] as const;
export type ReaderScope = (typeof READER_SCOPES)[number];

/** Somebody who may read the ledger. */
export interface Reader {
  /** On record with every read. */
  readonly name: string;
  /** The SHA-256 of the key, hex. */
  readonly keySha256: string;
  readonly scopes: ReadonlySet<ReaderScope>;
}

/** A file of readers is of no use; the message says why. */
export class ReadersFileError extends Error {
  override readonly name = 'ReadersFileError';
}

const SHA256 = /^[0-9a-f]{64}$/;
const isScope = (value: unknown): value is ReaderScope => READER_SCOPES.some((scope) => scope === value);

function readerOf(value: unknown, nth: number): Reader {
  const fault = (what: string): never => {
    throw new ReadersFileError(`the ${nth + 1}. reader ${what}`);
  };
  if (typeof value !== 'object' || value === null) return fault('is no object');
  const { name, keySha256, scopes } = value as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || !NAME_PATTERN.test(name)) return fault('has no name');
  if (typeof keySha256 !== 'string' || !SHA256.test(keySha256))
    return fault('has no keySha256 of 64 hex digits in lower case');
  if (!Array.isArray(scopes) || !scopes.every(isScope))
    return fault(`has scopes other than ${READER_SCOPES.join(', ')}`);
  return { name, keySha256, scopes: new Set(scopes) };
}

/**
 * Reads a list of readers.
 * @param text a JSON list of `{"name", "keySha256", "scopes"}`
 * @throws ReadersFileError that says which entry is wrong, never what is in it
 */
export function parseReaders(text: string): Reader[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    throw new ReadersFileError('the file is no JSON');
  }
  if (!Array.isArray(list)) throw new ReadersFileError('the file is no JSON list');
  const readers = list.map(readerOf);
  if (new Set(readers.map(({ keySha256 }) => keySha256)).size < readers.length)
    throw new ReadersFileError('two readers have the same key');
  return readers;
}
