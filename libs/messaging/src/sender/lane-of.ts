const M = 0x5bd1e995;
const SEED = 0x9747b28c;
const R = 24;

/** murmur2, 32 bits, as Kafka's Java client computes it over the bytes of a key. */
export function murmur2(data: Buffer): number {
  const length = data.length;
  let hash = SEED ^ length;
  const words = length >>> 2;
  for (let word = 0; word < words; word++) {
    let k = Math.imul(data.readInt32LE(word * 4), M);
    k = Math.imul(k ^ (k >>> R), M);
    hash = Math.imul(hash, M) ^ k;
  }
  const tail = words * 4;
  const left = length - tail;
  if (left > 0) {
    if (left > 2) hash ^= data.readUInt8(tail + 2) << 16;
    if (left > 1) hash ^= data.readUInt8(tail + 1) << 8;
    hash = Math.imul(hash ^ data.readUInt8(tail), M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}

/**
 * The lane (partition number) of a key among `lanes`: the same that kafkajs' DefaultPartitioner and Kafka's Java
 * client give it, so a producer of any kind and Tollgate agree.
 */
export const laneOf = (key: string, lanes: number): number =>
  (murmur2(Buffer.from(key)) & 0x7fffffff) % lanes;
