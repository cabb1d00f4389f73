/** It will pass: the database or the broker is away. What threw it is tried again, with back-off, as long as it takes. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}
