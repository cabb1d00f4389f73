import { type Decision, type JsonValue, type Route } from '@tollgate/contracts';
import { BREAK_GLASS_REVIEW, durationMs, instantAfter } from '@tollgate/policy';
import { type DataSource } from 'typeorm';
import { type RequestReader } from '../request-status/request-reader.js';
import { type RequestSnapshot } from '../request-status/request-snapshot.js';

/** `overdue`: open, and the time of those who were asked first is over. `closed`: people have decided. */
export const REVIEW_STATES = ['open', 'overdue', 'closed'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

/** A review, for the report. */
export interface ReviewDocument {
  /** Of the review's own request. */
  readonly id: string;
  readonly state: ReviewState;
  /** The request for which the glass was broken. */
  readonly request: JsonValue;
  readonly action: JsonValue;
  readonly environment: JsonValue;
  readonly person: JsonValue;
  readonly justification: string;
  /** ISO 8601. */
  readonly openedAt: string;
  /** Until when those who were asked first were to decide; absent until it is routed. ISO 8601. */
  readonly dueAt?: string;
  readonly outcome?: 'accepted' | 'objected';
  readonly reviewedBy?: readonly string[];
  /** ISO 8601. */
  readonly closedAt?: string;
  /** How its request ended without people, where it did: it stays to be looked at. */
  readonly endedAs?: string;
}

/** The most that one answer lists: the oldest of those that are to be closed, the newest of those that are. */
const MAX_LISTED = 500;

const DECIDED = `EXISTS (SELECT FROM stage s WHERE s.request_id = r.id AND s.stage = 'guardrail.evaluated'
  AND s.data->'decision'->>'decidedBy' = 'people')`;

const idsOf = (closed: boolean): string =>
  `SELECT r.id FROM request r WHERE r.action = '${BREAK_GLASS_REVIEW.action}' AND ${closed ? '' : 'NOT '}${DECIDED}
   ORDER BY r.submitted_at ${closed ? 'DESC' : 'ASC'} LIMIT ${MAX_LISTED}`;

function dueAt({ plan: [first] }: Route, openedAt: string): string | undefined {
  const length = first === undefined ? undefined : durationMs(first.timeout);
  return first === undefined || length === undefined
    ? undefined
    : new Date(instantAfter(Date.parse(openedAt), length, first.workingTime)).toISOString();
}

const endOf = ({ outcome, votes, decidedAt }: Decision): Partial<ReviewDocument> => ({
  outcome: outcome === 'approved' ? 'accepted' : 'objected',
  reviewedBy: votes.filter(({ counted }) => counted).map(({ person }) => person),
  closedAt: decidedAt,
});

/**
 * A review as the report shows it.
 * @param now milliseconds since 1970
 */
export function reviewDocument({ request, stages, outcome }: RequestSnapshot, now: number): ReviewDocument {
  const { target, parameters, reason } = request;
  const decision = stages['guardrail.evaluated']?.data.decision;
  const route = stages['route.resolved']?.data.route ?? stages['guardrail.evaluated']?.data.route;
  const due = route === undefined ? undefined : dueAt(route, request.submittedAt);
  const closed = decision?.decidedBy === 'people' ? decision : undefined;
  const late = outcome !== undefined || (due !== undefined && Date.parse(due) <= now);
  return {
    id: request.id,
    state: closed !== undefined ? 'closed' : late ? 'overdue' : 'open',
    request: target['request'] ?? null,
    action: target['action'] ?? null,
    environment: target['environment'] ?? null,
    person: parameters['person'] ?? null,
    justification: reason,
    openedAt: request.submittedAt,
    ...(due === undefined ? {} : { dueAt: due }),
    ...(closed === undefined ? {} : endOf(closed)),
    ...(closed === undefined && outcome !== undefined ? { endedAs: outcome } : {}),
  };
}

/** The reviews that follow from broken glass. */
export class BreakGlassReviews {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reader: RequestReader,
    private readonly now: () => number,
  ) {}

  /** @param state all that are not closed, and the newest that are, where none is given */
  async list(state?: ReviewState): Promise<ReviewDocument[]> {
    const found = await Promise.all([
      state === 'closed' ? [] : this.#reviews(false),
      state === undefined || state === 'closed' ? this.#reviews(true) : [],
    ]);
    return found.flat().filter((review) => state === undefined || review.state === state);
  }

  async #reviews(closed: boolean): Promise<ReviewDocument[]> {
    const rows: { id: string }[] = await this.dataSource.query(idsOf(closed));
    const snapshots = await this.reader.snapshots(rows.map(({ id }) => id));
    const now = this.now();
    return rows.flatMap(({ id }) => {
      const snapshot = snapshots.get(id);
      return snapshot === undefined ? [] : [reviewDocument(snapshot, now)];
    });
  }
}
