/** A JSON pointer (RFC 6901) to something below another: plain names and indexes, escaped here. */
export const pointerTo = (pointer: string, ...names: (string | number)[]): string =>
  pointer + names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
