import { type DataSource } from 'typeorm';
import { Statement } from '../database/statement.js';
import { type TextSeal } from './text-seal.js';

/** A webhook as it is shown: without its secrets, and without the query of its address, which may hold one. */
export interface ProducerWebhook {
  readonly producer: string;
  /** Absent where it cannot be opened: its key is no more in the file. */
  readonly url?: string;
  /** Whether it is told on the way as well. */
  readonly changes: boolean;
  /** Who said so, and when; ISO 8601. */
  readonly setBy: string;
  readonly setAt: string;
  /** Until when the secret before the newest one signs as well; absent where it does not. */
  readonly previousSecretUntil?: string;
  /** Until when the receiver asked not to be told; absent where it does not. */
  readonly restsUntil?: string;
  /** Messages that wait, and those that were given up. */
  readonly waiting: number;
  readonly givenUp: number;
}

/** What is said of a webhook. */
export interface WebhookWords {
  readonly producer: string;
  readonly url: string;
  readonly changes: boolean;
  /** Of a new one. */
  readonly secret: string;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Where a message goes, and by which secrets it is signed; sealed. */
export interface SealedDestination {
  readonly sealedUrl: string;
  readonly sealedSecrets: readonly string[];
}

/** The same, opened. */
export interface OpenDestination {
  readonly url: string;
  readonly secrets: readonly string[];
}

interface WebhookRow {
  url: string;
  changes: boolean;
  set_by: string;
  set_at: Date;
  previous_until: Date | null;
  rest_until: Date | null;
  waiting: number;
  given_up: number;
}

// Whoever is there keeps its secret. Another address may be told at once.
const SET = new Statement<{ made: boolean }>(
  'set-producer-webhook',
  `INSERT INTO producer_webhook (producer, url, secret, changes, set_by, set_at)
   SELECT name, $2, $3, $4::boolean, $5, $6 FROM producer WHERE name = $1
   ON CONFLICT (producer) DO UPDATE SET url = excluded.url, changes = excluded.changes, rest_until = NULL,
     set_by = excluded.set_by, set_at = excluded.set_at
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
  `SELECT url, changes, set_by, set_at, CASE WHEN previous_until > now() THEN previous_until END AS previous_until,
     CASE WHEN rest_until > now() THEN rest_until END AS rest_until,
     (SELECT count(*)::int FROM producer_message m WHERE m.producer = w.producer AND m.state = 'queued') AS waiting,
     (SELECT count(*)::int FROM producer_message m WHERE m.producer = w.producer AND m.state = 'given-up') AS given_up
   FROM producer_webhook w WHERE producer = $1`,
);

const DESTINATION = new Statement<{ url: string; secrets: string[] }>(
  'find-producer-webhook-destination',
  `SELECT url, array_remove(ARRAY[secret, CASE WHEN previous_until > now() THEN previous_secret END], NULL) AS secrets
   FROM producer_webhook WHERE producer = $1`,
);

/** The address without what may be secret in it. */
const shownUrl = (text: string): string => {
  const url = new URL(text);
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
};

/** The table `producer_webhook`: where producers are told, and by which secrets that is signed. */
export class ProducerWebhooks {
  constructor(
    private readonly dataSource: DataSource,
    private readonly seal: TextSeal,
  ) {}

  /**
   * Says where a producer is told. A webhook that is there keeps its secret.
   * @returns whether it is new; undefined where there is no such producer
   */
  async set({ producer, url, changes, secret, by, at }: WebhookWords): Promise<boolean | undefined> {
    const sealed = (text: string): string => this.seal.seal(text, producer);
    const values = [producer, sealed(url), sealed(secret), changes, by, at];
    return (await SET.alone(this.dataSource, values))[0]?.made;
  }

  /**
   * Gives a webhook another secret; the one before signs as well for a while, and any older one no more.
   * @param until when the one before ends; ISO 8601
   * @returns whether there is such a webhook
   */
  async renewSecret(producer: string, secret: string, until: string): Promise<boolean> {
    const values = [producer, this.seal.seal(secret, producer), until];
    return (await RENEW.alone(this.dataSource, values)).length > 0;
  }

  /** Ends a webhook; what waits is given up. @returns false where there was none */
  async remove(producer: string): Promise<boolean> {
    return (await REMOVE.alone(this.dataSource, [producer])).length > 0;
  }

  /** @returns undefined where there is none */
  async find(producer: string): Promise<ProducerWebhook | undefined> {
    const [row] = await FIND.alone(this.dataSource, [producer]);
    if (row === undefined) return undefined;
    const { changes, set_by, set_at, previous_until, rest_until, waiting, given_up } = row;
    const url = this.seal.open(row.url, producer);
    return {
      producer,
      ...(url === undefined ? {} : { url: shownUrl(url) }),
      ...{ changes, setBy: set_by, setAt: set_at.toISOString() },
      ...(previous_until === null ? {} : { previousSecretUntil: previous_until.toISOString() }),
      ...(rest_until === null ? {} : { restsUntil: rest_until.toISOString() }),
      ...{ waiting, givenUp: given_up },
    };
  }

  /** Where a producer is told, sealed; undefined where it has no webhook. */
  async destination(producer: string): Promise<SealedDestination | undefined> {
    const [row] = await DESTINATION.alone(this.dataSource, [producer]);
    return row && { sealedUrl: row.url, sealedSecrets: row.secrets };
  }

  /** @returns undefined where its key is no more in the file */
  opened(producer: string, { sealedUrl, sealedSecrets }: SealedDestination): OpenDestination | undefined {
    const url = this.seal.open(sealedUrl, producer);
    const secrets = sealedSecrets.flatMap((sealed) => this.seal.open(sealed, producer) ?? []);
    return url === undefined || secrets.length === 0 ? undefined : { url, secrets };
  }
}
