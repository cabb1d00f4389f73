import { STAGE_TOPICS } from '@tollgate/contracts';
import { timeOf, type TrailRecord } from './trail-record.js';

/** Where a record of the same time stands: what it follows from comes before. */
const RANKS: Readonly<Record<string, number>> = {
  'request.rejected': 0,
  'request.submitted': 1,
  'route.resolved': 2,
  'approver.notified': 3,
  'delegation.declared': 4,
  'question.asked': 5,
  'question.answered': 6,
  'vote.cast': 7,
  'request.withdrawn': 8,
  'decision.made': 9,
  'guardrail.evaluated': 10,
  'action.released': 11,
  'release.redeemed': 12,
  'release.revoked': 13,
  'request.failed': 14,
};
const LAST_RANK = 15;

const rank = ({ row }: TrailRecord): number => RANKS[row.topic] ?? LAST_RANK;

/**
 * The records of a request in the order of the road. A stage never comes before the one it follows from, however much
 * the clocks of two machines differ; the others stand between them by their time.
 * @param records in the order in which they arrived
 */
export function orderTrail(records: readonly TrailRecord[]): TrailRecord[] {
  const times = new Map<TrailRecord, number>();
  let reached = Number.NEGATIVE_INFINITY;
  for (const topic of STAGE_TOPICS) {
    const ofStage = records.filter(({ row }) => row.topic === topic);
    for (const record of ofStage) times.set(record, Math.max(timeOf(record), reached));
    reached = Math.max(reached, ...ofStage.slice(0, 1).map((first) => times.get(first) ?? reached));
  }
  const placed = records.map((record, arrival) => ({
    record,
    arrival,
    time: times.get(record) ?? timeOf(record),
    rank: rank(record),
  }));
  placed.sort((a, b) => a.time - b.time || a.rank - b.rank || a.arrival - b.arrival);
  return placed.map(({ record }) => record);
}
