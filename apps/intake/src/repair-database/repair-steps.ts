import { type DatabaseRepair, type FoundEvent } from '@tollgate/runtime';
import { type DataSource } from 'typeorm';
import { type RecordRouteHandler } from '../record-route/record-route.handler.js';
import { type ReleaseActionHandler } from '../release-action/release-action.handler.js';
import { restoreRows } from './restore-rows.js';

/** In this order: a row may rest on one before. */
const OWN = [
  ['policy.published'],
  ['request.submitted'],
  ['policy.proposed'],
  ['request.withdrawn', 'request.failed', 'action.released'],
  ['release.redeemed', 'release.revoked'],
] as const;

/** Brings back what intake said itself: requests, how they ended, releases and what became of them, and the policy. */
export async function restoreOwn(repair: DatabaseRepair, dataSource: DataSource): Promise<void> {
  for (const topics of OWN)
    await repair.run({ topics, restore: (events) => restoreRows(dataSource, events) });
}

/** Those who record what other services said. What is on record already is no news to them. */
export interface Recorders {
  readonly routes: Pick<RecordRouteHandler, 'record'>;
  readonly judgements: Pick<ReleaseActionHandler, 'judge'>;
}

const only = <Topic extends FoundEvent['topic']>(
  events: readonly FoundEvent[],
  topic: Topic,
): Extract<FoundEvent, { topic: Topic }>[] =>
  events.filter((found): found is Extract<FoundEvent, { topic: Topic }> => found.topic === topic);

/**
 * Takes in again what other services said, as if it came for the first time. A request that passed and was not released
 * before the database was lost is released now; what was released stays so, with the release that was published.
 */
export async function goOverAgain(repair: DatabaseRepair, { routes, judgements }: Recorders): Promise<void> {
  await repair.run({
    topics: ['route.resolved'],
    restore: (events) => routes.record(only(events, 'route.resolved')),
  });
  await repair.run({
    topics: ['guardrail.evaluated'],
    restore: (events) => judgements.judge(only(events, 'guardrail.evaluated')),
  });
}
