import { type Decision } from '../events/decision.js';
import { type Guardrail } from '../events/guardrail.js';
import { type RiskLevel } from '../events/request.js';
import { type Verdict } from '../events/route.js';

/** Request status, as producers see it. */
export const REQUEST_STATUSES = [
  'pending',
  'approved',
  'released',
  'blocked',
  'denied',
  'cancelled',
  'expired',
  'failed',
] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** True for a status that never changes again. */
export const isFinalStatus = (status: RequestStatus): boolean =>
  status !== 'pending' && status !== 'approved';

/** Somebody who was asked, via which selectors, and what they said so far. */
export interface AskedPerson {
  readonly person: string;
  readonly via: string[];
  readonly verdict?: Verdict;
}

/** What happened to a release after it was made. */
export const RELEASE_STATES = ['unused', 'redeemed', 'revoked', 'expired'] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];

/** The status document of `GET /v1/requests/{id}`. */
export interface RequestStatusDocument {
  readonly id: string;
  readonly status: RequestStatus;
  readonly action: string;
  readonly environment: string;
  readonly riskLevel: RiskLevel;
  readonly contentHash: string;
  readonly requester: string;
  readonly submittedAt: string;
  /** The people of the current step; empty before routing and where nobody is asked. */
  readonly asked: AskedPerson[];
  readonly deadline?: string;
  readonly explanation?: string;
  readonly decision?: Decision;
  readonly guardrail?: Guardrail;
  readonly release?: {
    readonly id: string;
    readonly token: string;
    /** Who may redeem it. */
    readonly audience: string;
    readonly state: ReleaseState;
    readonly expiresAt: string;
    /** When it was redeemed or revoked. */
    readonly endedAt?: string;
  };
  readonly stalled?: { readonly service: string; readonly reason: string };
  readonly links: { readonly self: string; readonly withdraw?: string };
}
