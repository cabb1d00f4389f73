import { type DataSource } from 'typeorm';
import { Statement } from '../database/statement.js';

/** A webhook as it is shown: without its secrets, and without the query of its address, which may hold one. */
export interface ProducerWebhook {
  readonly producer: string;
  readonly url: string;
  /** Who said so, and when; ISO 8601. */
  readonly setBy: string;
  readonly setAt: string;
  /** Until when the secret before the newest one signs as well; absent where it does not. */
  readonly previousSecretUntil?: string;
  /** Messages that wait, and those that were given up. */
  readonly waiting: number;
  readonly givenUp: number;
}

interface WebhookRow {
  url: string;
  set_by: string;
  set_at: Date;
  previous_until: Date | null;
  waiting: number;
  given_up: number;
}

// Whoever is there keeps its secret.
const SET = new Statement<{ made: boolean }>(
  'set-producer-webhook',
  `INSERT INTO producer_webhook (producer, url, secret, set_by, set_at)
   SELECT name, $2, $3, $4, $5 FROM producer WHERE name = $1
   ON CONFLICT (producer) DO UPDATE SET url = excluded.url, set_by = excluded.set_by, set_at = excluded.set_at
   RETURNING secret = $3 AS made`,
);

const RENEW = new Statement<{ previous_until: Date }>(
  'renew-producer-webhook-secret',
  `UPDATE producer_webhook SET previous_secret = secret, previous_until = $3::timestamptz, secret = $2
   WHERE producer = $1 RETURNING previous_until`,
);

const REMOVE = new Statement<{ producer: string }>(
  'remove-producer-webhook',
  `WITH removed AS (DELETE FROM producer_webhook WHERE producer = $1 RETURNING producer), given_up AS (
     UPDATE producer_message m SET state = 'given-up', failure = 'the webhook was removed',
       ended_at = date_trunc('milliseconds', clock_timestamp())
     FROM removed r WHERE m.producer = r.producer AND m.state = 'queued'
   )
   SELECT producer FROM removed`,
);

const FIND = new Statement<WebhookRow>(
  'find-producer-webhook',
  `SELECT url, set_by, set_at, CASE WHEN previous_until > now() THEN previous_until END AS previous_until,
     (SELECT count(*)::int FROM producer_message m WHERE m.producer = w.producer AND m.state = 'queued') AS waiting,
     (SELECT count(*)::int FROM producer_message m WHERE m.producer = w.producer AND m.state = 'given-up') AS given_up
   FROM producer_webhook w WHERE producer = $1`,
);

/** The address without what may be secret in it. */
const shownUrl = (text: string): string => {
  const url = new URL(text);
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
};

/** The table `producer_webhook`: where producers are told, and by which secrets that is signed. */
export const producerWebhooks = {
  /**
   * Says where a producer is told. A webhook that is there keeps its secret.
   * @param secret of a new one
   * @param at ISO 8601
   * @returns whether it is new; undefined where there is no such producer
   */
  async set(
    on: DataSource,
    { producer, url, secret, by, at }: Record<'producer' | 'url' | 'secret' | 'by' | 'at', string>,
  ): Promise<boolean | undefined> {
    const [row] = await SET.alone(on, [producer, url, secret, by, at]);
    return row?.made;
  },

  /**
   * Gives a webhook another secret; the one before signs as well for a while, and any older one no more.
   * @param until when the one before ends; ISO 8601
   * @returns whether there is such a webhook
   */
  async renewSecret(on: DataSource, producer: string, secret: string, until: string): Promise<boolean> {
    return (await RENEW.alone(on, [producer, secret, until])).length > 0;
  },

  /** Ends a webhook; what waits is given up. @returns false where there was none */
  async remove(on: DataSource, producer: string): Promise<boolean> {
    return (await REMOVE.alone(on, [producer])).length > 0;
  },

  /** @returns undefined where there is none */
  async find(on: DataSource, producer: string): Promise<ProducerWebhook | undefined> {
    const [row] = await FIND.alone(on, [producer]);
    if (row === undefined) return undefined;
    const { url, set_by, set_at, previous_until, waiting, given_up } = row;
    return {
      ...{ producer, url: shownUrl(url), setBy: set_by, setAt: set_at.toISOString() },
      ...(previous_until === null ? {} : { previousSecretUntil: previous_until.toISOString() }),
      ...{ waiting, givenUp: given_up },
    };
  },
};
