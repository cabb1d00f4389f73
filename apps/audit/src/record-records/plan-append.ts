/** Where a record lies: topic, partition, offset. A place never holds another record later. */
export interface Place {
  /** The logical topic. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** Offsets that are not there: from the first one up to, not including, the last. */
export interface MissingOffsets<Record extends Place> {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
  /** The record before them, where it came in the same batch. */
  readonly before?: Record;
}

/** The offset that comes next in a partition. */
export interface NextOffset {
  readonly topic: string;
  readonly partition: number;
  readonly next: bigint;
}

/** What to do with a batch. */
export interface AppendPlan<Record extends Place> {
  /** To be added, those of one partition in the order of their offsets. */
  readonly fresh: readonly Record[];
  /** At places before the next offset: on record already, or never seen although later ones were. */
  readonly known: readonly Record[];
  readonly missing: readonly MissingOffsets<Record>[];
  /** Where the partitions of the fresh records stand afterwards. */
  readonly moved: readonly NextOffset[];
}

/** Names a partition of a topic; a topic's name holds no space. */
export const laneOf = ({ topic, partition }: Pick<Place, 'topic' | 'partition'>): string =>
  `${topic} ${partition}`;

/** Names a place. */
export const placeOf = ({ topic, partition, offset }: Place): string => `${topic} ${partition} ${offset}`;

/** The batch with the records of each partition in the order of their offsets; usually the batch itself. */
function inOffsetOrder<Record extends Place>(batch: readonly Record[]): readonly Record[] {
  const last = new Map<string, bigint>();
  for (const record of batch) {
    const lane = laneOf(record);
    const before = last.get(lane);
    if (before !== undefined && before > record.offset) {
      return batch.toSorted((a, b) => (a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : 0));
    }
    last.set(lane, record.offset);
  }
  return batch;
}

/**
 * Sorts a batch into what is new, what is known and what is missing in between.
 * @param next the next offset of each partition by {@link laneOf}; a partition without one is expected from 0
 */
export function planAppend<Record extends Place>(
  next: ReadonlyMap<string, bigint>,
  batch: readonly Record[],
): AppendPlan<Record> {
  const fresh: Record[] = [];
  const known: Record[] = [];
  const missing: MissingOffsets<Record>[] = [];
  const lanes = new Map<string, { next: bigint; last?: Record }>();
  for (const record of inOffsetOrder(batch)) {
    const name = laneOf(record);
    let lane = lanes.get(name);
    if (lane === undefined) {
      lane = { next: next.get(name) ?? 0n };
      lanes.set(name, lane);
    }
    if (record.offset < lane.next) {
      known.push(record);
      continue;
    }
    if (record.offset > lane.next) {
      const { topic, partition } = record;
      missing.push({ topic, partition, from: lane.next, to: record.offset, before: lane.last });
    }
    fresh.push(record);
    lane.next = record.offset + 1n;
    lane.last = record;
  }
  const moved = [...lanes.values()].flatMap(({ next: after, last }) =>
    last === undefined ? [] : [{ topic: last.topic, partition: last.partition, next: after }],
  );
  return { fresh, known, missing, moved };
}
