/** One thing that is wrong with a document: where (JSON pointer, RFC 6901; empty for the whole) and what, for people. */
export interface DocumentFault {
  readonly pointer: string;
  readonly message: string;
  /** Where it is wrong within the text that the pointer names, in UTF-16 units from 0. */
  readonly offset?: number;
  /** `error` where it is not said. */
  readonly severity?: 'error' | 'warning';
}
