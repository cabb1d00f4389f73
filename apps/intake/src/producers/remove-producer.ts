import { type DataSource } from 'typeorm';
import { Statement } from '../database/statement.js';
import { type ProducerWebhooks } from '../tell-producers/producer-webhook.store.js';

const END_KEYS = new Statement<{ ended: number }>(
  'end-keys',
  `WITH ended AS (
     UPDATE api_key SET revoked_at = $2 WHERE producer = $1 AND revoked_at IS NULL RETURNING hash
   )
   SELECT (SELECT count(*) FROM ended)::int AS ended FROM producer WHERE name = $1`,
);

/** Ends what lets a producer in, and what tells it. */
export class RemoveProducer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly webhooks: Pick<ProducerWebhooks, 'remove'>,
  ) {}

  /**
   * Ends every key of a producer, and its webhook; each process takes the keys for a few seconds more.
   * @param at ISO 8601
   * @returns how many ended now; undefined when there is no such producer
   */
  async endKeys(producer: string, at: string): Promise<number | undefined> {
    const [row] = await END_KEYS.alone(this.dataSource, [producer, at]);
    if (row !== undefined) await this.webhooks.remove(producer);
    return row?.ended;
  }
}
