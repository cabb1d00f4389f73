import found from 'kafkajs/src/network/requestQueue/index.js';

/** The part of kafkajs' request queue that is mended here. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

const isRequestQueue = (prototype: unknown): prototype is RequestQueue =>
  prototype !== null &&
  typeof prototype === 'object' &&
  'scheduleCheckPendingRequests' in prototype &&
  typeof prototype.scheduleCheckPendingRequests === 'function';

/**
 * kafkajs 2.2.4 wakes up every millisecond, on every connection, to look for requests that wait, also when none does
 * (its issue 1704): some percent of a core for each service, doing nothing. With this, it looks only while one waits.
 * @throws Error when kafkajs is no longer built as it was: look whether this is still needed
 */
export function quietRequestQueue(): void {
  const prototype: unknown = typeof found === 'function' ? found.prototype : undefined;
  if (!isRequestQueue(prototype))
    throw new Error('kafkajs has no request queue as in 2.2.4: is its issue 1704 solved?');
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleWhilePending(this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
