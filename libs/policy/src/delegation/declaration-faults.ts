import { type Fault } from '@tollgate/contracts';
import { circleOf } from './circle-of.js';
import { type Delegation, windowOf } from './delegation.js';

/** What a declaration is judged by. */
export interface DeclarationFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** By the directory of the moment. */
  readonly isActive: (person: string) => boolean;
  /** Delegations of whomever, neither revoked, nor past, nor ended with their request. */
  readonly existing: readonly Delegation[];
}

/** How long an absence lasts, and how far ahead it begins, at most: a year, in milliseconds. */
export const LONGEST_ABSENCE_MS = 366 * 24 * 60 * 60 * 1000;

function timeFaults({ startsAt, endsAt, requestId }: Delegation, now: number): Fault[] {
  const begin = Date.parse(startsAt);
  if (begin > now + LONGEST_ABSENCE_MS)
    return [{ pointer: '/startsAt', detail: 'is more than a year ahead' }];
  if (endsAt === undefined)
    return requestId === undefined
      ? [{ pointer: '/endsAt', detail: 'is missing: only a delegation for one request ends by itself' }]
      : [];
  const end = Date.parse(endsAt);
  if (end <= begin) return [{ pointer: '/endsAt', detail: 'must be after the start' }];
  if (end <= now) return [{ pointer: '/endsAt', detail: 'has passed already' }];
  return end - begin > LONGEST_ABSENCE_MS
    ? [{ pointer: '/endsAt', detail: 'is more than a year after the start' }]
    : [];
}

function overlapFault(wanted: Delegation, existing: readonly Delegation[]): Fault | undefined {
  const { from, until } = windowOf(wanted);
  const other = existing.find((delegation) => {
    const window = windowOf(delegation);
    return (
      delegation.from === wanted.from &&
      delegation.requestId === wanted.requestId &&
      window.from < until &&
      from < window.until
    );
  });
  if (other === undefined) return undefined;
  return other.requestId === undefined
    ? {
        pointer: '/startsAt',
        detail: `overlaps with the delegation to ${other.to} from ${other.startsAt} until ${other.endsAt ?? 'its end'}; revoke that first`,
      }
    : {
        pointer: '/requestId',
        detail: `${other.to} stands for ${other.from} on this request already; revoke that first`,
      };
}

/**
 * What is wrong with a delegation that somebody wants to declare, by field: of times, of people who are not
 * there, of another one at the same time, of a circle. Whether the delegate is excluded from a request is judged with
 * each request.
 * @returns with nothing in it where it may be declared
 */
export function declarationFaults(
  wanted: Delegation,
  { now, isActive, existing }: DeclarationFacts,
): Fault[] {
  if (wanted.from === wanted.to) return [{ pointer: '/to', detail: 'nobody stands for themselves' }];
  const people = [
    ...(isActive(wanted.from) ? [] : [{ pointer: '/from', detail: 'is no active person of the directory' }]),
    ...(isActive(wanted.to) ? [] : [{ pointer: '/to', detail: 'is no active person of the directory' }]),
  ];
  const times = timeFaults(wanted, now);
  if (people.length + times.length > 0) return [...people, ...times];
  const overlap = overlapFault(wanted, existing);
  if (overlap !== undefined) return [overlap];
  const circle = circleOf(wanted, existing);
  return circle === undefined
    ? []
    : [{ pointer: '/to', detail: `would close a circle: ${circle.join(' → ')}` }];
}
