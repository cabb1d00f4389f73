/**
 * The part of a statement that queues a message for each row whose producer has a webhook. One look at a small table, for
 * the whole batch, where no producer has one.
 * @param rows names rows with `request_id`, `producer` and `type`
 * @param told `changes`: only those who want to be told on the way as well
 */
export const queueMessages = (rows: string, told: 'end' | 'changes' = 'end'): string => {
  const wanted = told === 'changes' ? 'w.changes' : 'true';
  return `INSERT INTO producer_message (request_id, producer, type)
   SELECT e.request_id, e.producer, e.type FROM ${rows} e
   WHERE EXISTS (SELECT FROM producer_webhook w WHERE ${wanted})
     AND EXISTS (SELECT FROM producer_webhook w WHERE w.producer = e.producer AND ${wanted})
   ON CONFLICT DO NOTHING`;
};
