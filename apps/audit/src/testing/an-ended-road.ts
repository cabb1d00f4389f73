import { randomUUID } from 'node:crypto';
import { type DecidedBy, type DecisionOutcome, type Verdict } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { aReleasedRequest, eventRecord } from './a-road.js';

/** What comes after a decision. */
export type RoadEnd = 'released' | 'blocked' | 'failed' | 'withdrawn' | 'nothing';

/** How a request of a spec ends. */
export interface EndedRoadOptions {
  readonly id?: string;
  readonly action?: string;
  /** Who said what; each vote counts. */
  readonly votes?: readonly (readonly [person: string, verdict: Verdict])[];
  /** Undefined for a request that nobody decided. */
  readonly outcome?: DecisionOutcome;
  readonly decidedBy?: DecidedBy;
  /** Seconds from the route to the decision. */
  readonly waited?: number;
  readonly end: RoadEnd;
}

/** The records of a request up to its end, each on a topic of its own. */
export function anEndedRoad(options: EndedRoadOptions): IncomingRecord[] {
  const { id = randomUUID(), action, votes = [], outcome, decidedBy = 'people', waited = 60, end } = options;
  const file = aReleasedRequest({ id, action });
  const { request, route, guardrail, release } = file;
  const begun = Date.parse(request.submittedAt);
  const [first, last] = [
    { key: id, time: begun },
    { key: id, time: begun + waited * 1000 },
  ];
  const at = new Date(last.time).toISOString();
  const [aVote] = file.decision.votes;
  if (aVote === undefined) throw new Error('the decision has a vote');
  const cast = votes.map(([person, verdict]) => ({ ...aVote, person, verdict, at }));
  const decision = {
    ...file.decision,
    outcome: outcome ?? 'approved',
    decidedBy,
    decidedAt: at,
    votes: cast,
  };
  const decided = { request, route, decision };
  const judged = {
    ...decided,
    guardrail: { ...guardrail, outcome: end === 'blocked' ? ('blocked' as const) : guardrail.outcome },
  };
  const ends: Readonly<Record<RoadEnd, () => IncomingRecord[]>> = {
    released: () => [
      eventRecord('guardrail.evaluated', judged, id, last),
      eventRecord('action.released', { ...judged, release }, id, last),
    ],
    blocked: () => [eventRecord('guardrail.evaluated', judged, id, last)],
    failed: () => [
      eventRecord(
        'request.failed',
        { requestId: id, service: 'gate', reason: 'it stalled', givenUpBy: 'ops', failedAt: at },
        id,
        last,
      ),
    ],
    withdrawn: () => [
      eventRecord(
        'request.withdrawn',
        { requestId: id, withdrawnBy: 'ci-bot', reason: 'not needed', withdrawnAt: at },
        id,
        last,
      ),
    ],
    nothing: () => [],
  };
  return [
    eventRecord('request.submitted', { request }, id, first),
    eventRecord('route.resolved', { request, route }, id, first),
    ...(outcome === undefined ? [] : [eventRecord('decision.made', decided, id, last)]),
    ...ends[end](),
  ];
}
