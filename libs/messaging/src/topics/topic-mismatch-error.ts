/** The broker's topics are not what this version of Tollgate needs. The message names every difference. */
export class TopicMismatchError extends Error {
  override readonly name = 'TopicMismatchError';

  /** @param differences one line each, for the person who runs the broker */
  constructor(readonly differences: readonly string[]) {
    super(
      `the topics on the broker are not as they must be:\n${differences.map((line) => `  - ${line}`).join('\n')}`,
    );
  }
}
