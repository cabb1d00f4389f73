import { type TrailStatus } from '../request-trail/request-trail.document.js';

/** The topics whose records say how a request stands. */
export const SUMMARY_TOPICS = [
  'request.submitted',
  'route.resolved',
  'decision.made',
  'guardrail.evaluated',
  'action.released',
  'release.redeemed',
  'request.withdrawn',
  'request.failed',
  'request.rejected',
] as const;

/** Of a record what a list needs. */
export interface SummaryRow {
  readonly request_id: string;
  readonly topic: string;
  readonly arrived_at: Date;
  readonly broker_time: Date | null;
  readonly action: string | null;
  readonly environment: string | null;
  readonly risk_level: string | null;
  readonly requester: string | null;
  readonly outcome: string | null;
}

/** A request as a list shows it. */
export interface RequestSummary {
  readonly requestId: string;
  readonly status: TrailStatus;
  readonly action: string | null;
  readonly environment: string | null;
  readonly riskLevel: string | null;
  readonly requester: string | null;
  /** When its first record was written. */
  readonly at: Date | null;
}

const DECIDED: readonly string[] = ['approved', 'denied', 'cancelled', 'expired'] satisfies TrailStatus[];
const isDecided = (outcome: string | null | undefined): outcome is TrailStatus =>
  typeof outcome === 'string' && DECIDED.includes(outcome);

function statusOf(first: ReadonlyMap<string, SummaryRow>): TrailStatus {
  const decided = first.get('decision.made')?.outcome;
  if (first.has('action.released')) return 'released';
  if (first.has('request.failed')) return 'failed';
  if (first.has('request.withdrawn')) return 'cancelled';
  if (first.get('guardrail.evaluated')?.outcome === 'blocked') return 'blocked';
  if (isDecided(decided)) return decided;
  if (first.has('request.submitted') || first.has('route.resolved')) return 'pending';
  return first.has('request.rejected') ? 'rejected' : 'unknown';
}

/**
 * A request in a line, by the same rules as its trail: the first event of each topic rules.
 * @param rows its records of {@link SUMMARY_TOPICS} in the order in which they arrived; may be none
 */
export function summarize(requestId: string, rows: readonly SummaryRow[]): RequestSummary {
  const first = new Map<string, SummaryRow>();
  for (const row of rows) if (!first.has(row.topic)) first.set(row.topic, row);
  const begun = first.get('request.submitted') ?? rows[0];
  const routed = first.get('route.resolved') ?? first.get('decision.made') ?? begun;
  return {
    requestId,
    status: statusOf(first),
    action: begun?.action ?? routed?.action ?? null,
    environment: begun?.environment ?? routed?.environment ?? null,
    riskLevel: routed?.risk_level ?? begun?.risk_level ?? null,
    requester: begun?.requester ?? null,
    at: begun === undefined ? null : (begun.broker_time ?? begun.arrived_at),
  };
}
