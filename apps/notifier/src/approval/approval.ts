import {
  type Decision,
  type Override,
  type PlanStep,
  type RouteResolved,
  type Vote,
} from '@tollgate/contracts';

/** Instants are milliseconds since 1970, by the database's clock. */
export type Instant = number;

/** Somebody who may vote for somebody else on a request now. */
export interface StandIn {
  readonly from: string;
  readonly to: string;
}

/** An approval as its locked row holds it. */
export interface Approval {
  readonly requestId: string;
  readonly status: 'pending' | 'closed';
  /** Index of the plan's current step, from 0. */
  readonly step: number;
  /** `data` of the route.resolved that opened it. */
  readonly file: RouteResolved;
  /** The same as JSON text, to which the decision's section is added. */
  readonly text: string;
  /** The id of that route.resolved. */
  readonly eventId: string;
  readonly traceparent?: string;
  readonly openedAt: Instant;
  /** When the current step was opened, where it is not the first one. */
  readonly stepOpenedAt?: Instant;
  /** When the silence of the current step takes effect; undefined where nobody was asked. */
  readonly deadline?: Instant;
  /** For how long the clock of the current step stands or stood, in milliseconds of its hours; absent where it never did. */
  readonly stoodMs?: number;
  /** Until when the clock stands, or stood last, at most; absent where it never did. */
  readonly pausedUntil?: Instant;
  /** Whom it asks now, delegates included; absent where nothing read it. */
  readonly asked?: readonly string[];
  /** Who of them is asked in whose place; absent where nobody is. */
  readonly standIns?: readonly StandIn[];
  /** How many questions were asked on it; absent where none was. */
  readonly questions?: number;
  /** The guardrails that were overridden on it, in that order; absent where none was. */
  readonly overrides?: readonly Override[];
  /** How many votes were cast on it, counted or not. */
  readonly votes: number;
  readonly decision?: Decision;
}

/** A vote on record. */
export interface RecordedVote {
  /** The how-manieth vote on its request, from 1. */
  readonly number: number;
  /** The how-manieth vote of its person on the request, from 1. */
  readonly count: number;
  /** The hash of the one-time value of the page view by which it was cast; absent where it came by another path. */
  readonly view?: string;
  readonly vote: Vote;
}

/** An instant as events carry it: RFC 3339, UTC, milliseconds. */
export const isoTime = (instant: Instant): string => new Date(instant).toISOString();

/**
 * The step that waits for people.
 * @throws Error where the plan has no such step: an approval is never opened without
 */
export function stepOf(file: RouteResolved, step: number): PlanStep {
  const found = file.route.plan[step];
  if (found === undefined) throw new Error(`the plan of request ${file.request.id} has no step ${step}`);
  return found;
}
