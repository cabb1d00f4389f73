import { type DataSource } from 'typeorm';
import { plainArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { messageId, type ProducerMessageType } from './producer-message.js';

/** A message as operators see it. */
export interface MessageDocument {
  readonly requestId: string;
  /** Its `webhook-id`. */
  readonly webhookId: string;
  readonly producer: string;
  readonly type: ProducerMessageType;
  readonly state: 'queued' | 'sent' | 'given-up';
  readonly attempts: number;
  /** When it came to what it tells; ISO 8601. */
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
  readonly type: string;
}

interface MessageRow {
  request_id: string;
  type: ProducerMessageType;
  producer: string;
  state: MessageDocument['state'];
  attempts: number;
  queued_at: Date;
  next_attempt_at: Date;
  ended_at: Date | null;
  failure: string | null;
}

const COLUMNS = 'request_id, type, producer, state, attempts, queued_at, next_attempt_at, ended_at, failure';

const GIVEN_UP = new Statement<MessageRow>(
  'given-up-producer-messages',
  `SELECT ${COLUMNS} FROM producer_message
   WHERE state = 'given-up' AND ($1::text IS NULL OR producer = $1)
     AND ($2::timestamptz IS NULL OR (ended_at, request_id, type) < ($2, $3::uuid, $4))
   ORDER BY ended_at DESC, request_id DESC, type DESC LIMIT $5`,
);

const FIND = new Statement<MessageRow & { body: string | null }>(
  'find-producer-message',
  `SELECT ${COLUMNS}, body FROM producer_message WHERE request_id = $1 ORDER BY queued_at, type`,
);

const RETRY = new Statement<{ request_id: string; type: ProducerMessageType }>(
  'retry-producer-messages',
  `UPDATE producer_message m SET state = 'queued', attempts = 0, ended_at = NULL, next_attempt_at = clock_timestamp()
   FROM producer_webhook w
   WHERE w.producer = m.producer AND m.state = 'given-up'
     AND (m.request_id = ANY ($1::uuid[]) OR m.producer = $2)
   RETURNING m.request_id, m.type`,
);

const documentOf = (row: MessageRow): MessageDocument => ({
  requestId: row.request_id,
  webhookId: messageId({ requestId: row.request_id, type: row.type }),
  producer: row.producer,
  type: row.type,
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
      after?.type ?? null,
      limit,
    ]);
    return rows.map(documentOf);
  },

  /** The messages about a request, the first one first. */
  async find(on: DataSource, requestId: string): Promise<WholeMessageDocument[]> {
    const rows = await FIND.alone(on, [requestId]);
    return rows.map((row) => {
      const body: unknown = row.body === null ? undefined : JSON.parse(row.body);
      return { ...documentOf(row), ...(body === undefined ? {} : { body }) };
    });
  },

  /**
   * Queues again what was given up, as if it had never been tried, where its producer has a webhook.
   * @returns of which requests, each once
   */
  async retry(
    on: DataSource,
    { requestIds, producer }: { requestIds: readonly string[]; producer: string | undefined },
  ): Promise<string[]> {
    const rows = await RETRY.alone(on, [plainArray(requestIds), producer ?? null]);
    return [...new Set(rows.map(({ request_id }) => request_id))];
  },
};
