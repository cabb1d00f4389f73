import { type DataSource } from 'typeorm';
import { plainArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { type FinalStatus } from '../request-status/request-snapshot.js';
import { messageId, type ProducerMessageType, typeOf } from './producer-message.js';

/** A message as operators see it. */
export interface MessageDocument {
  readonly requestId: string;
  /** Its `webhook-id`. */
  readonly webhookId: string;
  readonly producer: string;
  readonly type: ProducerMessageType;
  readonly state: 'queued' | 'sent' | 'given-up';
  readonly attempts: number;
  /** When the status became final; ISO 8601. */
  readonly queuedAt: string;
  /** While it waits: when it is tried next. */
  readonly nextAttemptAt?: string;
  /** When it was taken or given up. */
  readonly endedAt?: string;
  /** Why the last attempt failed. */
  readonly failure?: string;
}

/** A message with what is sent; it is kept until it is taken. */
export interface WholeMessageDocument extends MessageDocument {
  readonly body?: unknown;
}

/** A place in the list: the last entry of the page before. */
export interface MessagePlace {
  /** ISO 8601. */
  readonly endedAt: string;
  readonly requestId: string;
}

interface MessageRow {
  request_id: string;
  producer: string;
  status: FinalStatus;
  state: MessageDocument['state'];
  attempts: number;
  queued_at: Date;
  next_attempt_at: Date;
  ended_at: Date | null;
  failure: string | null;
}

const COLUMNS =
  'request_id, producer, status, state, attempts, queued_at, next_attempt_at, ended_at, failure';

const GIVEN_UP = new Statement<MessageRow>(
  'given-up-producer-messages',
  `SELECT ${COLUMNS} FROM producer_message
   WHERE state = 'given-up' AND ($1::text IS NULL OR producer = $1)
     AND (ended_at, request_id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
   ORDER BY ended_at DESC, request_id DESC LIMIT $4`,
);

const FIND = new Statement<MessageRow & { body: string | null }>(
  'find-producer-message',
  `SELECT ${COLUMNS}, body FROM producer_message WHERE request_id = $1`,
);

const RETRY = new Statement<{ request_id: string }>(
  'retry-producer-messages',
  `UPDATE producer_message m SET state = 'queued', attempts = 0, ended_at = NULL, next_attempt_at = clock_timestamp()
   FROM producer_webhook w
   WHERE w.producer = m.producer AND m.state = 'given-up'
     AND (m.request_id = ANY ($1::uuid[]) OR m.producer = $2)
   RETURNING m.request_id`,
);

const documentOf = (row: MessageRow): MessageDocument => ({
  requestId: row.request_id,
  webhookId: messageId(row.request_id),
  producer: row.producer,
  type: typeOf(row.status),
  state: row.state,
  attempts: row.attempts,
  queuedAt: row.queued_at.toISOString(),
  ...(row.state === 'queued' ? { nextAttemptAt: row.next_attempt_at.toISOString() } : {}),
  ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
  ...(row.failure === null ? {} : { failure: row.failure }),
});

/** The table `producer_message` as operators see it. */
export const messageList = {
  /**
   * What was given up, newest first.
   * @param producer whose alone; everybody's without
   * @param after the last entry of the page before
   */
  async givenUp(
    on: DataSource,
    { producer, after, limit }: { producer?: string; after?: MessagePlace; limit: number },
  ): Promise<MessageDocument[]> {
    const rows = await GIVEN_UP.alone(on, [
      producer ?? null,
      after?.endedAt ?? null,
      after?.requestId ?? null,
      limit,
    ]);
    return rows.map(documentOf);
  },

  /** The message about a request; undefined where there is none. */
  async find(on: DataSource, requestId: string): Promise<WholeMessageDocument | undefined> {
    const [row] = await FIND.alone(on, [requestId]);
    if (row === undefined) return undefined;
    const body: unknown = row.body === null ? undefined : JSON.parse(row.body);
    return { ...documentOf(row), ...(body === undefined ? {} : { body }) };
  },

  /**
   * Queues again what was given up, as if it had never been tried, where its producer has a webhook.
   * @returns of which requests
   */
  async retry(
    on: DataSource,
    { requestIds, producer }: { requestIds: readonly string[]; producer: string | undefined },
  ): Promise<string[]> {
    const rows = await RETRY.alone(on, [plainArray(requestIds), producer ?? null]);
    return rows.map(({ request_id }) => request_id);
  },
};
