/** A quorum that this version does not know: it is refused, never guessed at. */
export class UnknownQuorumError extends Error {
  override readonly name = 'UnknownQuorumError';
}
