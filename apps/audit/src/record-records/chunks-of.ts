import { type IncomingRecord } from '@tollgate/messaging';

/** The most records, and bytes of values, that one transaction takes: more would not be cheaper, only larger. */
export const CHUNK_RECORDS = 1_000;
export const CHUNK_BYTES = 2 * 1024 * 1024;

/**
 * Cuts a round into what one transaction takes, in its order. A single record larger than a chunk is a chunk.
 */
export function* chunksOf(batch: readonly IncomingRecord[]): Generator<readonly IncomingRecord[]> {
  let begin = 0;
  let bytes = 0;
  for (const [index, { value }] of batch.entries()) {
    const length = value?.length ?? 0;
    if (index > begin && (index - begin === CHUNK_RECORDS || bytes + length > CHUNK_BYTES)) {
      yield batch.slice(begin, index);
      begin = index;
      bytes = 0;
    }
    bytes += length;
  }
  if (begin < batch.length) yield batch.slice(begin);
}
