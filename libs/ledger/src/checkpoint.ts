import { HASH_BYTES } from './tree-hash.js';
import { type NoteVerifier, NoteError, openNote, type OpenedNote } from './signed-note.js';

/** The offset that comes next in a partition, once all records of the tree are counted. */
export interface LaneEnd {
  /** The logical topic. */
  readonly topic: string;
  readonly partition: number;
  readonly next: bigint;
}

/** What a checkpoint says: how large the tree is, its root, how far each partition is on record, and when that was so. */
export interface Checkpoint {
  /** Names the log; also the name of its key: `tollgate/<environment>/ledger`. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  /** In the order of the bytes of topic and then by partition. */
  readonly lanes: readonly LaneEnd[];
  /** ms since 1970; not before the last record came. */
  readonly at: number;
}

const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;
const NEXT = /^next (?<topic>[^\s/]+)\/(?<partition>0|[1-9][0-9]{0,9}) (?<next>0|[1-9][0-9]{0,18})$/;
const AT = /^at (?<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/;

/** By the bytes of the topic, then by partition as a number. */
export const compareLanes = (
  a: Pick<LaneEnd, 'topic' | 'partition'>,
  b: Pick<LaneEnd, 'topic' | 'partition'>,
): number => Buffer.compare(Buffer.from(a.topic), Buffer.from(b.topic)) || a.partition - b.partition;

/**
 * The text of a checkpoint (C2SP tlog-checkpoint), to be signed: origin, size, root, and as extension lines
 * `next <topic>/<partition> <offset>` per partition and `at <time>`.
 * @returns one spelling for each checkpoint; it ends in a newline
 */
export function formatCheckpoint({ origin, size, root, lanes, at }: Checkpoint): string {
  const next = lanes
    .toSorted(compareLanes)
    .map((lane) => `next ${lane.topic}/${lane.partition} ${lane.next}`);
  return [
    origin,
    String(size),
    root.toString('base64'),
    ...next,
    `at ${new Date(at).toISOString()}`,
    '',
  ].join('\n');
}

/**
 * Reads the text of a checkpoint. Any other spelling than that of {@link formatCheckpoint} is refused.
 * @throws NoteError for what is no checkpoint of a ledger
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n');
  if (origin === '') throw new NoteError('the checkpoint does not say its origin');
  if (!SIZE.test(size)) throw new NoteError('the checkpoint does not say how large the tree is');
  const bytes = Buffer.from(root, 'base64');
  if (bytes.length !== HASH_BYTES) throw new NoteError("the checkpoint's root is no SHA-256");
  const at = Date.parse(AT.exec(extensions.pop() ?? '')?.groups?.['at'] ?? '');
  if (Number.isNaN(at)) throw new NoteError('the checkpoint does not say when it was made');
  const lanes = extensions.map((line): LaneEnd => {
    const { topic, partition, next } = NEXT.exec(line)?.groups ?? {};
    if (topic === undefined || partition === undefined || next === undefined) {
      throw new NoteError(`the checkpoint has a line that is none of a ledger: ${JSON.stringify(line)}`);
    }
    return { topic, partition: Number(partition), next: BigInt(next) };
  });
  const checkpoint = { origin, size: Number(size), root: bytes, lanes, at };
  if (!Number.isSafeInteger(checkpoint.size) || formatCheckpoint(checkpoint) !== text) {
    throw new NoteError('the checkpoint is not spelled as a ledger spells it');
  }
  return checkpoint;
}

/** A checkpoint whose signature holds. */
export interface OpenedCheckpoint extends Checkpoint, OpenedNote {
  /** The whole note. */
  readonly note: string;
}

/**
 * Verifies the note of a checkpoint.
 * @param log the key of the ledger, which must have signed it under the origin's name
 * @param witnesses keys of witnesses; those who signed are named in `signedBy`
 * @throws NoteError when a signature does not hold, the ledger's is missing, or the note is no checkpoint
 */
export function openCheckpoint(
  note: string,
  log: NoteVerifier,
  witnesses: readonly NoteVerifier[] = [],
): OpenedCheckpoint {
  const opened = openNote(note, [log, ...witnesses]);
  if (!opened.signedBy.includes(log)) throw new NoteError(`the checkpoint is not signed by ${log.name}`);
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint.origin !== log.name) {
    throw new NoteError(`the checkpoint is of ${checkpoint.origin}, the key of ${log.name}`);
  }
  return { ...checkpoint, ...opened, note };
}
