/** Object id of the type `text`, from Postgres' catalog. */
const TEXT_OID = 25;
const HEADER_BYTES = 20;
/** The length by which the wire format says NULL. */
const NULL_LENGTH = -1;

/**
 * Values of a `text[]` parameter in Postgres' binary format. One parameter carries a whole column of a batch, and
 * nothing in it is escaped or parsed on either side.
 */
export function textArray(values: readonly (string | null)[]): Buffer {
  const lengths = values.map((value) => (value === null ? 0 : Buffer.byteLength(value)));
  const total = lengths.reduce((sum, length) => sum + length + 4, HEADER_BYTES);
  const buffer = Buffer.allocUnsafe(total);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(values.includes(null) ? 1 : 0, 4);
  buffer.writeInt32BE(TEXT_OID, 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  let at = HEADER_BYTES;
  values.forEach((value, index) => {
    const length = lengths[index] ?? 0;
    buffer.writeInt32BE(value === null ? NULL_LENGTH : length, at);
    at += 4;
    if (value !== null) at += buffer.write(value, at);
  });
  return buffer;
}

/** Values of an array parameter whose elements hold nothing that would need escaping: UUIDs, timestamps, hex digits. */
export const plainArray = (values: readonly string[]): string => `{${values.join(',')}}`;
