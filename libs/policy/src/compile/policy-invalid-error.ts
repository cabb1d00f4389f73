import { type DocumentFault } from '../document/document-fault.js';

/** A published revision that is no policy: it never rules. The message lists every fault with its place. */
export class PolicyInvalidError extends Error {
  override readonly name = 'PolicyInvalidError';

  /** @param faults pointers begin with `/policy` or `/directory` */
  constructor(
    message: string,
    readonly faults: readonly DocumentFault[] = [],
  ) {
    super(message);
  }
}
