/**
 * This record will never do, however often it is tried: it becomes a dead letter with the message as the reason.
 * The message must hold no secret and no content of the record.
 */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}
