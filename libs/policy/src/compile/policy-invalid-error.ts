/** A published revision that is no policy: it never rules. The message lists every fault with its place. */
export class PolicyInvalidError extends Error {
  override readonly name = 'PolicyInvalidError';
}
