import { createHash } from 'node:crypto';
import { canonicalJson, type Vote } from '@tollgate/contracts';
import { type LedgerRow } from '../ledger-reader/ledger-row.js';
import { placeOfRow } from '../query-ledger/event-document.js';
import { describeRecord } from './describe-record.js';
import { orderTrail } from './order-trail.js';
import {
  type RequestTrailDocument,
  type TrailEventDocument,
  type TrailStatus,
} from './request-trail.document.js';
import { type KnownEvent, timeOf, type TrailRecord, trailRecord } from './trail-record.js';

/** The first event of each topic, which rules. */
type FirstEvents = {
  readonly [Topic in KnownEvent['topic']]?: Extract<KnownEvent, { topic: Topic }>['event'];
};

function firstEvents(records: readonly TrailRecord[]): FirstEvents {
  const first = new Map<string, KnownEvent['event']>();
  for (const { known } of records)
    if (known !== undefined && !first.has(known.topic)) first.set(known.topic, known.event);
  return Object.fromEntries(first) as FirstEvents;
}

/** How a request stands, from its first events alone. What was released before a withdrawal stays released. */
function statusOf(first: FirstEvents): TrailStatus {
  const decided = first['decision.made']?.data.decision.outcome;
  if (first['action.released'] !== undefined) return 'released';
  if (first['request.failed'] !== undefined) return 'failed';
  if (first['request.withdrawn'] !== undefined) return 'cancelled';
  if (first['guardrail.evaluated']?.data.guardrail.outcome === 'blocked') return 'blocked';
  if (decided !== undefined) return decided;
  if (first['request.submitted'] !== undefined || first['route.resolved'] !== undefined) return 'pending';
  return first['request.rejected'] === undefined ? 'unknown' : 'rejected';
}

/** Votes as the decision counted them, and those that came otherwise; a vote is the same by person and time. */
function votesOf(first: FirstEvents, records: readonly TrailRecord[]): Vote[] {
  const votes = new Map<string, Vote>();
  for (const { known } of records) {
    if (known?.topic === 'vote.cast') votes.set(voteKey(known.event.data.vote), known.event.data.vote);
  }
  for (const vote of first['decision.made']?.data.decision.votes ?? []) votes.set(voteKey(vote), vote);
  return [...votes.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const voteKey = ({ person, at }: Vote): string => `${person} ${at}`;

/** For each record whether an earlier one of its topic and key holds the same data, or other. */
function repeats(records: readonly TrailRecord[]): ReadonlyMap<TrailRecord, 'identical' | 'different'> {
  const data = new Map<string, string>();
  const found = new Map<TrailRecord, 'identical' | 'different'>();
  for (const record of records) {
    const { row, known } = record;
    // A door refuses as many records of one key as come; each refusal is news.
    if (known === undefined || known.topic === 'request.rejected') continue;
    // A revocation is a later event of the key of what it revokes.
    const one = known.topic === 'delegation.declared' ? known.event.id : '';
    const key = `${row.topic} ${row.key?.toString('utf8')} ${one}`;
    const form = canonicalJson(known.event.data);
    const before = data.get(key);
    if (before === undefined) data.set(key, form);
    else found.set(record, before === form ? 'identical' : 'different');
  }
  return found;
}

function releaseOf(first: FirstEvents): RequestTrailDocument['release'] {
  const release = first['action.released']?.data.release;
  if (release === undefined) return null;
  const { id, audience, releasedAt, expiresAt, token } = release;
  return {
    id,
    audience,
    releasedAt,
    expiresAt,
    tokenSha256: createHash('sha256').update(token).digest('hex'),
  };
}

function eventOf(record: TrailRecord, repeat: TrailEventDocument['repeat']): TrailEventDocument {
  const { row, known } = record;
  return {
    seq: Number(row.seq),
    place: placeOfRow(row),
    sha256: row.sha256,
    reading: row.reading,
    type: row.event_type,
    id: known?.event.id ?? null,
    causationId: known?.event.causationid ?? null,
    ...describeRecord(record),
    time: new Date(timeOf(record)).toISOString(),
    recordedAt: row.arrived_at.toISOString(),
    repeat,
  };
}

/**
 * The paper trail of a request, from its records alone.
 * @param rows every record of the request, in the order in which they arrived; at least one
 */
export function requestTrail(requestId: string, rows: readonly LedgerRow[]): RequestTrailDocument {
  const records = rows.map(trailRecord);
  const first = firstEvents(records);
  const repeated = repeats(records);
  const { votes: _, ...decision } = first['decision.made']?.data.decision ?? { votes: [] };
  return {
    requestId,
    status: statusOf(first),
    request:
      (first['request.submitted'] ?? first['route.resolved'] ?? first['decision.made'])?.data.request ?? null,
    route: (first['route.resolved'] ?? first['decision.made'])?.data.route ?? null,
    decision: 'outcome' in decision ? decision : null,
    votes: votesOf(first, records),
    guardrail: (first['guardrail.evaluated'] ?? first['action.released'])?.data.guardrail ?? null,
    release: releaseOf(first),
    events: orderTrail(records).map((record) => eventOf(record, repeated.get(record) ?? null)),
  };
}
