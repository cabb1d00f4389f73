/** One thing that is wrong with an input: where (JSON pointer, RFC 6901; empty for the whole) and what, for people. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}
