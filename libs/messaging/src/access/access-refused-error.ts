/**
 * The broker does not let somebody in, or do what only others may. For the person who set it up; holds no secret. Trying
 * again is of no use before that is changed.
 */
export class AccessRefusedError extends Error {
  override readonly name = 'AccessRefusedError';
}
