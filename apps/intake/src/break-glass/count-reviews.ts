import { type Logger } from '@tollgate/runtime';
import { Gauge, type Registry } from 'prom-client';
import { type BreakGlassReviews } from './break-glass-reviews.js';

const EVERY_MS = 30_000;

/**
 * Shows how many reviews are to be closed, looked at every half minute.
 * @returns ends it
 */
export function countReviews(
  reviews: Pick<BreakGlassReviews, 'list'>,
  registry: Registry,
  logger: Pick<Logger, 'warn'>,
): () => void {
  const gauge = new Gauge({
    name: 'tollgate_break_glass_reviews',
    help: 'Reviews of broken glass that nobody has closed; each that is overdue is worth an alarm',
    labelNames: ['state'],
    registers: [registry],
  });
  const look = async (): Promise<void> => {
    try {
      const overdue = (await reviews.list('overdue')).length;
      gauge.set({ state: 'overdue' }, overdue);
      gauge.set({ state: 'open' }, (await reviews.list('open')).length);
    } catch (error) {
      logger.warn({ err: error }, 'the reviews of broken glass cannot be counted now; they will be');
    }
  };
  void look();
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
