/** One thing that is wrong with a document: where (JSON pointer, RFC 6901; empty for the whole) and what, for people. */
export interface DocumentFault {
  readonly pointer: string;
  readonly message: string;
}

/** A JSON pointer to something below another, from plain names. */
export const below = (pointer: string, ...names: (string | number)[]): string =>
  pointer + names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
