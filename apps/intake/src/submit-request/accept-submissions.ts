import { newEvent } from '@tollgate/contracts';
import { type OutgoingRecord, type Publish } from '@tollgate/messaging';
import { type EntityManager } from 'typeorm';
import { plainArray, textArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { eventRecord } from '../events/event-record.js';
import { type Submission } from './submission.js';

const INSERT = new Statement<{ id: string }>(
  'insert-requests',
  `INSERT INTO request (id, producer, idempotency_key, body_hash, text_hash, action, environment, requester, submitted_at, request)
   SELECT i.id, i.producer, i.key, i.body_hash, i.text_hash, i.action, i.environment, i.requester, i.submitted_at, i.request::json
   FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::text[])
     AS i (id, producer, key, body_hash, text_hash, action, environment, requester, submitted_at, request)
   ON CONFLICT (id) DO NOTHING RETURNING id`,
);

const KNOWN = new Statement<{ id: string; body_hash: string }>(
  'known-requests',
  'SELECT id, body_hash FROM request WHERE id = ANY ($1::uuid[])',
);

/** What became of a submission: a new request, one that was there already, or its key stands for something else. */
export type Acceptance = 'new' | 'known' | 'conflict';

/** In the order of ids, so that two transactions with requests in common queue instead of locking each other out. */
const inOrder = (submissions: readonly Submission[]): Submission[] => {
  const firsts = new Map<string, Submission>();
  for (const submission of submissions) {
    if (!firsts.has(submission.request.id)) firsts.set(submission.request.id, submission);
  }
  return [...firsts.values()].sort((a, b) => (a.request.id < b.request.id ? -1 : 1));
};

const insertedIds = async (tx: EntityManager, rows: readonly Submission[]): Promise<Set<string>> => {
  const column = (pick: (row: Submission) => string | null): Buffer => textArray(rows.map(pick));
  const plain = (pick: (row: Submission) => string): string => plainArray(rows.map(pick));
  const inserted = await INSERT.within(tx, [
    plain(({ request }) => request.id),
    column(({ request }) => request.producer),
    column(({ key }) => key),
    plain(({ bodyHash }) => bodyHash),
    plain(({ textHash }) => textHash),
    column(({ request }) => request.action),
    column(({ request }) => request.environment),
    column(({ request }) => request.requester),
    plain(({ request }) => request.submittedAt),
    column(({ text }) => text),
  ]);
  return new Set(inserted.map(({ id }) => id));
};

const submittedRecord = ({ request, text, traceparent }: Submission): OutgoingRecord => {
  const event = newEvent({
    topic: 'request.submitted',
    service: 'intake',
    key: request.id,
    requestId: request.id,
    time: request.submittedAt,
    ...(traceparent === undefined ? {} : { traceparent }),
    data: { request },
  });
  return eventRecord('request.submitted', event, `{"request":${text}}`);
};

/**
 * Takes submissions in, all in the caller's transaction: new ones are stored and go out as `request.submitted`. One
 * key is one request: the first body rules, here and among all that came before.
 * @returns at the index of each submission what became of it
 */
export async function acceptSubmissions(
  tx: EntityManager,
  publish: Publish,
  submissions: readonly Submission[],
): Promise<Acceptance[]> {
  if (submissions.length === 0) return [];
  const candidates = inOrder(submissions);
  const inserted = await insertedIds(tx, candidates);
  const fresh = candidates.filter(({ request }) => inserted.has(request.id));
  publish(fresh.map(submittedRecord));

  const hashes = new Map(fresh.map(({ request, bodyHash }) => [request.id, bodyHash]));
  const others = candidates
    .filter(({ request }) => !inserted.has(request.id))
    .map(({ request }) => request.id);
  if (others.length > 0) {
    for (const row of await KNOWN.within(tx, [plainArray(others)])) hashes.set(row.id, row.body_hash);
  }
  const newcomers = new Set(fresh);
  return submissions.map((submission) => {
    if (newcomers.has(submission)) return 'new';
    const known = hashes.get(submission.request.id);
    return known === submission.bodyHash || known === submission.plainHash ? 'known' : 'conflict';
  });
}
