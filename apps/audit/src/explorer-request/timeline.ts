import {
  type RequestTrailDocument,
  type TrailEventDocument,
} from '../request-trail/request-trail.document.js';

/** A line of a request's timeline: a record, or a clock that a record started. */
export interface TimelineEntry {
  /** What kind of thing it is, in a word: Vote, Mail, Clock. */
  readonly kind: string;
  /** UTC */
  readonly at: string;
  readonly who: readonly string[];
  readonly what: string;
  /** The record that says so; absent for a clock, which follows from one. */
  readonly record?: TrailEventDocument;
}

const KINDS: Readonly<Record<string, string>> = {
  'request.submitted': 'Asked',
  'request.rejected': 'Refused',
  'route.resolved': 'Route',
  'approver.notified': 'Mail',
  'vote.cast': 'Vote',
  'decision.made': 'Decision',
  'guardrail.evaluated': 'Guardrails',
  'action.released': 'Release',
  'release.redeemed': 'Redemption',
  'release.revoked': 'Revocation',
  'request.withdrawn': 'Withdrawal',
  'request.failed': 'Failure',
  'question.asked': 'Question',
  'question.answered': 'Answer',
  'delegation.declared': 'Delegation',
  'policy.proposed': 'Policy',
  'policy.published': 'Policy',
};

const kindOf = ({ place, reading }: TrailEventDocument): string =>
  KINDS[place.topic] ?? (reading === 'letter' ? 'Trouble' : 'Record');

const SILENCE: Readonly<Record<string, string>> = {
  deny: 'means no',
  approve: 'means yes',
  next: 'leads to the next people',
};

const clock = (at: string, what: string): TimelineEntry => ({ kind: 'Clock', at, who: [], what });

/** The clocks of a request, as far as its records tell of them. */
function clocksOf({ route, decision, release, events }: RequestTrailDocument, now: number): TimelineEntry[] {
  const clocks: TimelineEntry[] = [];
  const plan = route?.plan ?? [];
  if (decision?.openedAt !== undefined && decision.deadline !== undefined && plan.length > 0) {
    const step = plan[decision.step ?? 0];
    const silence = step === undefined ? '' : `; silence ${SILENCE[step.onSilence] ?? step.onSilence}`;
    clocks.push(
      clock(
        decision.openedAt,
        `step ${(decision.step ?? 0) + 1} of ${plan.length} begins, to be decided until ${decision.deadline}${silence}`,
      ),
    );
    if (Date.parse(decision.decidedAt) >= Date.parse(decision.deadline))
      clocks.push(clock(decision.deadline, 'the time is over'));
  } else if (decision === null && plan[0] !== undefined) {
    const routed = events.find(({ place }) => place.topic === 'route.resolved');
    if (routed !== undefined)
      clocks.push(
        clock(
          routed.time,
          `step 1 of ${plan.length} has ${plan[0].timeout}; silence ${SILENCE[plan[0].onSilence] ?? plan[0].onSilence}`,
        ),
      );
  }
  const isUsed = events.some(({ place }) => /^release\.(redeemed|revoked)$/.test(place.topic));
  if (release !== null && !isUsed && Date.parse(release.expiresAt) <= now)
    clocks.push(clock(release.expiresAt, 'the release expires unused: from now on it opens nothing'));
  return clocks;
}

/**
 * Every record of a request with its clocks between them. The records stay in the order of the road.
 * @param now ms since 1970
 */
export function timelineOf(trail: RequestTrailDocument, now: number): TimelineEntry[] {
  const entries: TimelineEntry[] = trail.events.map((record) => ({
    kind: kindOf(record),
    at: record.time,
    who: record.who,
    what: record.what,
    record,
  }));
  for (const each of clocksOf(trail, now)) {
    const later = entries.findIndex(({ at }) => Date.parse(at) > Date.parse(each.at));
    entries.splice(later < 0 ? entries.length : later, 0, each);
  }
  return entries;
}
