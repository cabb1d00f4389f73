import { hash } from 'node:crypto';
import { canonicalJson, type Request } from '@tollgate/contracts';
import { type StageData, type StageName } from '../request-status/request-snapshot.js';

/** A stage of a request as its event tells it. */
export interface Arrival<Name extends StageName> {
  /** The request that the event carries; it must be the one that was submitted. */
  readonly request: Request;
  /** SHA-256, hex, of that request's JSON. */
  readonly requestHash: string;
  /** The time of the event; ISO 8601. */
  readonly at: string;
  readonly data: StageData[Name];
}

/** The arrival of a stage, from its event. */
export const arrivalOf = <Name extends StageName>(
  request: Request,
  at: string,
  data: StageData[Name],
): Arrival<Name> => ({
  request,
  requestHash: hash('sha256', JSON.stringify(request)),
  at,
  data,
});

/** Equal in what RFC 8785 makes of them: the order of members does not matter. */
export const sameJson = (one: unknown, other: unknown): boolean =>
  canonicalJson(one) === canonicalJson(other);

/** The first arrival of each request in the order of request ids, and those after it that say something else. */
export interface FirstArrivals<Name extends StageName> {
  readonly firsts: readonly Arrival<Name>[];
  readonly diverged: readonly Arrival<Name>[];
}

/**
 * Sorts out several arrivals for one request: the first rules, a later identical one is no news. The order of ids lets
 * two transactions with requests in common queue instead of locking each other out.
 */
export function firstArrivals<Name extends StageName>(
  arrivals: readonly Arrival<Name>[],
): FirstArrivals<Name> {
  const firsts = new Map<string, Arrival<Name>>();
  const diverged: Arrival<Name>[] = [];
  for (const arrival of arrivals) {
    const first = firsts.get(arrival.request.id);
    if (first === undefined) firsts.set(arrival.request.id, arrival);
    else if (!sameJson([first.request, first.data], [arrival.request, arrival.data])) diverged.push(arrival);
  }
  return {
    firsts: [...firsts.values()].sort((a, b) => (a.request.id < b.request.id ? -1 : 1)),
    diverged,
  };
}
