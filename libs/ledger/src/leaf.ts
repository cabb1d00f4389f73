import { hashLeafBytes } from './tree-hash.js';

/**
 * What the ledger keeps of a record: its bytes `as-they-came`; `encrypted` under a key that can be destroyed, so that
 * what is kept, and hashed, is the ciphertext; or `withheld`, which is its place and its hash alone.
 */
export const LEAF_FORMS = ['as-they-came', 'encrypted', 'withheld'] as const;
export type LeafForm = (typeof LEAF_FORMS)[number];

/** What the tree commits to of one record. */
export interface LedgerLeaf {
  readonly form: LeafForm;
  /** When it came on record, ms since 1970. */
  readonly arrivedAt: number;
  /** The broker's time, ms since 1970; null for one that has no date. */
  readonly brokerTime: number | null;
  /** The logical topic, without the prefix of the environment. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /**
   * 32 bytes: `hashOf` of the stored key, headers and value; of a record that is withheld, of what it was when it came.
   */
  readonly sha256: Uint8Array;
}

const VERSION = 1;
const FIXED_BYTES = 1 + 1 + 8 + 8 + 4 + 8 + 2;
const HASH_BYTES = 32;
const MAX_TOPIC_BYTES = 0xffff;
const NO_TIME = 0xffff_ffff;
const TWO_32 = 4_294_967_296;

const writeTime = (into: Buffer, ms: number, at: number): void => {
  if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`${ms} is no time in ms since 1970`);
  into.writeUInt32BE(Math.floor(ms / TWO_32), at);
  into.writeUInt32BE(ms % TWO_32, at + 4);
};

/**
 * The bytes of a leaf, version 1; integers big-endian: `01`, the form (1 byte: 0 as they came, 1 encrypted, 2 withheld),
 * arrival (8 bytes, ms), broker's time (8, all ones for none), partition (4), offset (8), the length of the topic (2), the
 * topic (UTF-8), SHA-256 (32).
 * @throws RangeError for what does not fit in there
 */
export function encodeLeaf({
  form,
  arrivedAt,
  brokerTime,
  topic,
  partition,
  offset,
  sha256,
}: LedgerLeaf): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  if (topicBytes > MAX_TOPIC_BYTES) throw new RangeError('the name of the topic is too long');
  if (sha256.length !== HASH_BYTES) throw new RangeError('a SHA-256 has 32 bytes');
  const leaf = Buffer.allocUnsafe(FIXED_BYTES + topicBytes + HASH_BYTES);
  leaf[0] = VERSION;
  leaf[1] = LEAF_FORMS.indexOf(form);
  writeTime(leaf, arrivedAt, 2);
  if (brokerTime === null) {
    leaf.writeUInt32BE(NO_TIME, 10);
    leaf.writeUInt32BE(NO_TIME, 14);
  } else {
    writeTime(leaf, brokerTime, 10);
  }
  leaf.writeUInt32BE(partition, 18);
  leaf.writeBigUInt64BE(offset, 22);
  leaf.writeUInt16BE(topicBytes, 30);
  leaf.write(topic, FIXED_BYTES);
  leaf.set(sha256, FIXED_BYTES + topicBytes);
  return leaf;
}

/** The hash by which a record stands in the tree: of its leaf's bytes, as RFC 9162, 2.1.1 hashes a leaf. */
export const leafHash = (leaf: LedgerLeaf): Buffer => hashLeafBytes(encodeLeaf(leaf));
