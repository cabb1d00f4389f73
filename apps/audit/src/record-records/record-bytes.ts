import { encodeHeaders, type RecordBytes } from '@tollgate/ledger';
import { type IncomingRecord } from '@tollgate/messaging';

/** The bytes of an incoming record. */
export const recordBytes = ({ key, headers, value }: IncomingRecord): RecordBytes => ({
  key: key === null ? null : Buffer.from(key),
  headers: encodeHeaders(headers),
  value,
});
