import { type DelegationDeclared } from '@tollgate/contracts';

/** What the rules need of a delegation: `to` stands for `from`, for a time or for one request. */
export type Delegation = Pick<
  DelegationDeclared,
  'from' | 'to' | 'startsAt' | 'endsAt' | 'requestId' | 'declaredBy' | 'declaredAs' | 'revokedAt'
>;

const ms = (timestamp: string | undefined): number =>
  timestamp === undefined ? Infinity : Date.parse(timestamp);

/** From when and until when a delegation is in force, in milliseconds since 1970; the end is no longer in it. */
export const windowOf = ({
  startsAt,
  endsAt,
  revokedAt,
}: Pick<Delegation, 'startsAt' | 'endsAt' | 'revokedAt'>): {
  readonly from: number;
  readonly until: number;
} => ({
  from: ms(startsAt),
  until: Math.min(ms(endsAt), ms(revokedAt)),
});

/** Whether a delegation is in force at an instant, in milliseconds since 1970. */
export function isInForce(
  delegation: Pick<Delegation, 'startsAt' | 'endsAt' | 'revokedAt'>,
  at: number,
): boolean {
  const { from, until } = windowOf(delegation);
  return from <= at && at < until;
}
