import { laneOf, type Place } from './plan-append.js';

/**
 * The records of several partitions as one row, earlier ones first by the broker's time, so that reading the ledger
 * from front to back tells the story in the order in which it happened. Within a partition the order of the offsets
 * stands, whatever the times say.
 */
export function inTimeOrder<Record extends Place & { readonly time: number }>(
  records: readonly Record[],
): Record[] {
  const latest = new Map<string, number>();
  const timed = records.map((record) => {
    const lane = laneOf(record);
    const time = Math.max(record.time, latest.get(lane) ?? Number.NEGATIVE_INFINITY);
    latest.set(lane, time);
    return { record, time };
  });
  return timed.sort((a, b) => a.time - b.time).map(({ record }) => record);
}
