import { hash } from 'node:crypto';

/** The bytes of a record as the ledger keeps them. */
export interface RecordBytes {
  readonly key: Buffer | null;
  /** All headers in one piece, as {@link encodeHeaders} writes them; null where there are none. */
  readonly headers: Buffer | null;
  readonly value: Buffer | null;
}

/** Stands for the length of what is null, so that null and empty differ. */
const NULL_LENGTH = 0xffff_ffff;
const LENGTH_BYTES = 4;

/**
 * Headers in one piece: for each header, in the order of the bytes of their names, the length of the name (4 bytes,
 * big-endian), the name (UTF-8), the length of the value, the value.
 */
export function encodeHeaders(headers: Readonly<Record<string, Buffer>>): Buffer | null {
  const names = Object.keys(headers);
  if (names.length === 0) return null;
  const named = names.map((name) => Buffer.from(name));
  if (named.length > 1) named.sort(Buffer.compare);
  const pieces = named.map((name) => [name, headers[name.toString()] ?? Buffer.alloc(0)] as const);
  const encoded = Buffer.allocUnsafe(
    pieces.reduce((sum, [name, value]) => sum + 2 * LENGTH_BYTES + name.length + value.length, 0),
  );
  let at = 0;
  for (const [name, value] of pieces) {
    for (const bytes of [name, value]) {
      at = encoded.writeUInt32BE(bytes.length, at);
      at += bytes.copy(encoded, at);
    }
  }
  return encoded;
}

/**
 * The headers that {@link encodeHeaders} put into one piece.
 * @throws RangeError for bytes that are no such piece
 */
export function decodeHeaders(encoded: Buffer | null): Record<string, Buffer> {
  // Without a prototype, so that a header may have any name.
  const headers: Record<string, Buffer> = Object.create(null) as Record<string, Buffer>;
  if (encoded === null) return headers;
  let at = 0;
  const piece = (): Buffer => {
    const start = at + LENGTH_BYTES;
    const end = start <= encoded.length ? start + encoded.readUInt32BE(at) : Infinity;
    if (end > encoded.length) throw new RangeError('the headers are cut off');
    at = end;
    return encoded.subarray(start, end);
  };
  while (at < encoded.length) {
    const name = piece().toString();
    headers[name] = piece();
  }
  return headers;
}

let scratch = Buffer.allocUnsafe(64 * 1024);

/**
 * SHA-256 (lower-case hex) of every byte of a record: key, headers and value, each after its length (4 bytes,
 * big-endian; all ones for null), so that no byte can move from one to the next unseen.
 */
export function hashOf({ key, headers, value }: RecordBytes): string {
  const size = 3 * LENGTH_BYTES + (key?.length ?? 0) + (headers?.length ?? 0) + (value?.length ?? 0);
  if (scratch.length < size) scratch = Buffer.allocUnsafe(size);
  let at = 0;
  for (const bytes of [key, headers, value]) {
    at = scratch.writeUInt32BE(bytes?.length ?? NULL_LENGTH, at);
    if (bytes !== null) at += bytes.copy(scratch, at);
  }
  return hash('sha256', scratch.subarray(0, at), 'hex');
}
