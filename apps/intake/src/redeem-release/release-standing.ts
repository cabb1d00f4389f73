import { type Guardrail, type Release, type ReleaseState, type Request } from '@tollgate/contracts';
import { type GateFacts } from '@tollgate/policy';

/** How a release came to its end. */
export type ReleaseEnd = {
  /** Who ended it. */
  readonly by: string;
  /** ISO 8601, by the clock of the database. */
  readonly at: string;
} & (
  | {
      readonly state: 'redeemed';
      /** The caller's own id of the redemption; null where it gave none. */
      readonly idempotencyKey: string | null;
      readonly guardrail: Guardrail;
    }
  | { readonly state: 'revoked'; readonly reason: string }
);

/** A release, and how it stands. */
export interface ReleaseStanding {
  readonly request: Request;
  readonly release: Release;
  /** What it was released on. */
  readonly facts: GateFacts;
  /** Absent while nobody has redeemed or revoked it. */
  readonly end?: ReleaseEnd;
  /** The moment of reading, milliseconds since 1970, by the clock of the database. */
  readonly now: number;
  /** The policy revision that rules at that moment. */
  readonly ruling: number;
}

/** What a release is worth at a moment, in milliseconds since 1970. */
export const releaseState = (
  { expiresAt }: Pick<Release, 'expiresAt'>,
  end: Pick<ReleaseEnd, 'state'> | undefined,
  now: number,
): ReleaseState => end?.state ?? (Date.parse(expiresAt) <= now ? 'expired' : 'unused');
