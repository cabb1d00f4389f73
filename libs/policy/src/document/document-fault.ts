/** One thing that is wrong with a document: where (JSON pointer, RFC 6901; empty for the whole) and what, for people. */
export interface DocumentFault {
  readonly pointer: string;
  readonly message: string;
}
