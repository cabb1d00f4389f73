import { type EndCount } from './insights.js';

/** The ways in which requests end, in the order in which the bars are stacked, in words for people. */
export const END_KINDS = {
  released: 'released after people approved',
  automatic: 'released automatically',
  silence: 'released as silence meant yes',
  glass: 'released by breaking the glass',
  approved: 'approved, not released yet',
  blocked: 'blocked by a guardrail',
  denied: 'denied by people',
  policy: 'denied by the policy',
  expired: 'expired',
  cancelled: 'cancelled by the requester',
  failed: 'failed',
  unknown: 'something else',
} as const;
export type EndKind = keyof typeof END_KINDS;

const RELEASED_BY: ReadonlyMap<string | null, EndKind> = new Map([
  ['people', 'released'],
  ['automation', 'automatic'],
  ['timeout', 'silence'],
  ['break-glass', 'glass'],
]);

const STANDS = ['approved', 'blocked', 'expired', 'cancelled', 'failed'] as const satisfies EndKind[];

/** In which of the ways a request ended, by how it stands and who decided. */
export function endKind({ status, decidedBy }: Pick<EndCount, 'status' | 'decidedBy'>): EndKind {
  if (status === 'released') return RELEASED_BY.get(decidedBy) ?? 'unknown';
  if (status === 'denied') return decidedBy === 'people' ? 'denied' : 'policy';
  return STANDS.find((kind) => kind === status) ?? 'unknown';
}

const isKind = (name: string): name is EndKind => Object.hasOwn(END_KINDS, name);

/** Requests of one kind: in all, and in each bin. */
export interface EndSeries {
  readonly kind: EndKind;
  readonly requests: number;
  readonly bins: readonly number[];
}

/** The kinds that occur, in the order of {@link END_KINDS}, over so many bins. */
export function endSeries(ends: readonly EndCount[], bins: number): EndSeries[] {
  return Object.keys(END_KINDS)
    .filter(isKind)
    .map((kind) => {
      const counts = Array.from({ length: bins }, () => 0);
      for (const end of ends)
        if (endKind(end) === kind) counts[end.bin] = (counts[end.bin] ?? 0) + end.requests;
      return { kind, bins: counts, requests: counts.reduce((sum, count) => sum + count, 0) };
    })
    .filter(({ requests }) => requests > 0);
}
