/**
 * The part of a statement that queues a message for each request that it ended and whose producer has a webhook. One look
 * at a small table, for the whole batch, where no producer has one.
 * @param ended names rows with `request_id`, `producer` and `status`
 */
export const queueMessages = (ended: string): string =>
  `INSERT INTO producer_message (request_id, producer, status)
   SELECT e.request_id, e.producer, e.status FROM ${ended} e
   WHERE EXISTS (SELECT FROM producer_webhook)
     AND EXISTS (SELECT FROM producer_webhook w WHERE w.producer = e.producer)`;
