import { type Logger } from '@tollgate/runtime';
import { Gauge, type Registry } from 'prom-client';
import { type DataSource } from 'typeorm';
import { Statement } from '../database/statement.js';

const EVERY_MS = 30_000;

const COUNT = new Statement<{ queued: number; given_up: number; oldest_seconds: number }>(
  'count-producer-messages',
  // Each by its own partial index: most rows are of messages that were taken.
  `SELECT q.queued, g.given_up, q.oldest_seconds
   FROM (SELECT count(*)::int AS queued,
       coalesce(extract(epoch FROM clock_timestamp() - min(queued_at)), 0)::float8 AS oldest_seconds
     FROM producer_message WHERE state = 'queued') q,
     (SELECT count(*)::int AS given_up FROM producer_message WHERE state = 'given-up') g`,
);

/**
 * Shows how many messages to producers wait and were given up, looked at every half minute. Every process shows the same.
 * @returns ends it
 */
export function countMessages(
  dataSource: DataSource,
  registry: Registry,
  logger: Pick<Logger, 'warn'>,
): () => void {
  const messages = new Gauge({
    name: 'tollgate_producer_webhook_messages',
    help: 'Messages to producers that wait (queued) or were given up (given-up: on the dead-letter list)',
    labelNames: ['state'],
    registers: [registry],
  });
  const oldest = new Gauge({
    name: 'tollgate_producer_webhook_oldest_seconds',
    help: 'How long the oldest message to a producer has been waiting',
    registers: [registry],
  });
  const look = async (): Promise<void> => {
    try {
      const [row] = await COUNT.alone(dataSource, []);
      if (row === undefined) return;
      messages.set({ state: 'queued' }, row.queued);
      messages.set({ state: 'given-up' }, row.given_up);
      oldest.set(row.oldest_seconds);
    } catch (error) {
      logger.warn({ err: error }, 'the messages to producers cannot be counted now; they will be');
    }
  };
  void look();
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
