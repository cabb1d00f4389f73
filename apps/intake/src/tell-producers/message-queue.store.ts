import { type AttemptResult } from '@tollgate/webhooks';
import { type DataSource } from 'typeorm';
import { plainArray, textArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { type MessageKey, type ProducerMessageType } from './producer-message.js';
import { type SealedDestination } from './producer-webhook.store.js';

/** A message that is to be sent, kept for this process for a while. */
export interface ClaimedMessage extends MessageKey, SealedDestination {
  readonly producer: string;
  /** When it came to what it tells; ISO 8601. */
  readonly queuedAt: string;
  /** Undefined before it is sent for the first time. */
  readonly body: string | undefined;
  /** How often it was tried, this time included. */
  readonly attempts: number;
}

/** How much is claimed at once. */
export interface ClaimLimits {
  readonly messages: number;
  /** Messages of one producer. */
  readonly perProducer: number;
  /** Producers that are told something already. */
  readonly busy: readonly string[];
  /** Producers whose receiver took nothing the last time: one message each. */
  readonly doubtful: readonly string[];
}

/** What became of a message. */
export interface SettledMessage {
  readonly key: MessageKey;
  readonly result: AttemptResult;
}

interface ClaimedRow {
  request_id: string;
  type: ProducerMessageType;
  producer: string;
  queued_at: Date;
  body: string | null;
  attempts: number;
  url: string;
  secrets: string[];
}

/** Longer than a message may take: one whose process died is taken by another process then. */
const CLAIM_SECONDS = 60;
const LONGEST_FAILURE = 500;

// A few of each producer, so that a receiver that hangs keeps nobody else's waiting.
const CLAIM = new Statement<ClaimedRow>(
  'claim-producer-messages',
  `WITH due AS MATERIALIZED (
     SELECT first.request_id, first.type, w.url, w.secret, CASE WHEN w.previous_until > now() THEN w.previous_secret END AS previous
     FROM producer_webhook w CROSS JOIN LATERAL (
       SELECT m.request_id, m.type, m.next_attempt_at FROM producer_message m
       WHERE m.producer = w.producer AND m.state = 'queued' AND m.next_attempt_at <= statement_timestamp()
       ORDER BY m.next_attempt_at LIMIT CASE WHEN w.producer = ANY ($4::text[]) THEN 1 ELSE $2::int END FOR UPDATE SKIP LOCKED
     ) first
     WHERE w.producer <> ALL ($3::text[]) AND (w.rest_until IS NULL OR w.rest_until <= statement_timestamp())
     ORDER BY first.next_attempt_at LIMIT $1
   )
   UPDATE producer_message m SET attempts = m.attempts + 1,
     next_attempt_at = clock_timestamp() + interval '${CLAIM_SECONDS} seconds'
   FROM due WHERE m.request_id = due.request_id AND m.type = due.type
   RETURNING m.request_id, m.type, m.producer, m.queued_at, m.body, m.attempts, due.url,
     array_remove(ARRAY[due.secret, due.previous], NULL) AS secrets`,
);

const KEEP_BODIES = new Statement(
  'keep-producer-message-bodies',
  `UPDATE producer_message m SET body = i.body
   FROM unnest($1::uuid[], $2::text[], $3::text[]) AS i (request_id, type, body)
   WHERE m.request_id = i.request_id AND m.type = i.type`,
);

const SETTLE = new Statement(
  'settle-producer-messages',
  `UPDATE producer_message m SET
     state = i.state,
     failure = i.failure,
     body = CASE WHEN i.state = 'sent' THEN NULL ELSE m.body END,
     next_attempt_at = clock_timestamp() + i.wait_ms * interval '1 millisecond',
     ended_at = CASE WHEN i.state = 'queued' THEN NULL ELSE date_trunc('milliseconds', clock_timestamp()) END
   FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::float8[]) AS i (request_id, type, state, failure, wait_ms)
   WHERE m.request_id = i.request_id AND m.type = i.type AND m.state = 'queued'`,
);

const REST = new Statement(
  'rest-producer-webhook',
  `UPDATE producer_webhook SET rest_until = clock_timestamp() + $2::float8 * interval '1 millisecond' WHERE producer = $1`,
);

const STATE = { sent: 'sent', deferred: 'queued', 'given-up': 'given-up' } as const;

/** The table `producer_message` as it is sent. */
export const messageQueue = {
  /** Takes messages that are due, and keeps them from other processes for a minute. */
  async claim(
    on: DataSource,
    { messages, perProducer, busy, doubtful }: ClaimLimits,
  ): Promise<ClaimedMessage[]> {
    const rows = await CLAIM.alone(on, [messages, perProducer, textArray(busy), textArray(doubtful)]);
    return rows.map(({ request_id, queued_at, body, url, secrets, ...row }) => ({
      ...row,
      requestId: request_id,
      sealedUrl: url,
      sealedSecrets: secrets,
      queuedAt: queued_at.toISOString(),
      body: body ?? undefined,
    }));
  },

  /** Keeps what is about to be sent. */
  async keepBodies(on: DataSource, messages: readonly (MessageKey & { body: string })[]): Promise<void> {
    await KEEP_BODIES.alone(on, [
      plainArray(messages.map(({ requestId }) => requestId)),
      plainArray(messages.map(({ type }) => type)),
      textArray(messages.map(({ body }) => body)),
    ]);
  },

  /** Writes down what became of claimed messages. */
  async settle(on: DataSource, settled: readonly SettledMessage[]): Promise<void> {
    await SETTLE.alone(on, [
      plainArray(settled.map(({ key }) => key.requestId)),
      plainArray(settled.map(({ key }) => key.type)),
      plainArray(settled.map(({ result }) => STATE[result.kind])),
      textArray(
        settled.map(({ result }) => ('failure' in result ? result.failure.slice(0, LONGEST_FAILURE) : null)),
      ),
      plainArray(settled.map(({ result }) => String('waitMs' in result ? result.waitMs : 0))),
    ]);
  },

  /** Tells a producer nothing for a while, by no process: its receiver asked for that. */
  async rest(on: DataSource, producer: string, milliseconds: number): Promise<void> {
    await REST.alone(on, [producer, milliseconds]);
  },
};
