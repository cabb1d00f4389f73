import { SERVICES } from '@tollgate/contracts';
import { type GroupLag } from '@tollgate/messaging';
import { type Finding, ill, well } from './finding.js';

/** From so many records on, a group is called behind: seconds of work at full load, so no mere batch in flight. */
const BEHIND = 10_000;

/** What the groups' lag means, a line for each topic that somebody is behind on. */
export function judgeLag(lags: readonly GroupLag[]): Finding {
  const totals = SERVICES.map((group) => ({
    group,
    records: lags.filter((lag) => lag.group === group).reduce((sum, { lag }) => sum + lag, 0),
  }));
  const summary = totals.map(({ group, records }) => `${group} ${records}`).join(', ');
  const lines = lags
    .filter(({ lag }) => lag > 0)
    .map(({ group, topic, lag }) => `${group} is ${lag} behind on ${topic}`);
  return totals.some(({ records }) => records >= BEHIND)
    ? ill('lag', `records still to read: ${summary}`, lines)
    : well('lag', `records still to read: ${summary}`, lines);
}
