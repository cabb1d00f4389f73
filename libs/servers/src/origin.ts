/** Where a server comes from: one that runs already, one of our own processes, or a container. */
export type Origin = 'given' | 'embedded' | 'container';

/** What is looked for first when the stack is started by a person. */
export const START_ORDER: readonly Origin[] = ['given', 'embedded', 'container'];

/** What is looked for first in tests: a container leaves nothing behind on the machine. */
export const TEST_ORDER: readonly Origin[] = ['given', 'container', 'embedded'];

/** None of the ways to get a server works on this machine. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError';

  /**
   * @param part the server wanted, as in "Kafka"
   * @param reasons why each way did not work, and what would make it work
   */
  constructor(part: string, reasons: readonly string[]) {
    super(
      `There is no ${part} to use. One of these is enough:\n${reasons.map((reason) => `  - ${reason}`).join('\n')}`,
    );
  }
}
