import { type Decision, type PlanStep, type RouteResolved, type Vote } from '@tollgate/contracts';

/** Instants are milliseconds since 1970, by the database's clock. */
export type Instant = number;

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
  /** When the silence of the current step takes effect; undefined where nobody was asked. */
  readonly deadline?: Instant;
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
