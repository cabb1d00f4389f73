import { type SyntheticSecret } from '@tollgate/servers';

/** As much of a secret is looked for: so much of it would be too much already. */
const ANCHOR = 10;
const PLAIN_RUN = /[A-Za-z0-9]+/g;

/** The end of the longest part of a text that stands the same in JSON, HTML and addresses: what follows a prefix is random. */
function anchorOf(text: string): string {
  const runs = text.match(PLAIN_RUN) ?? [];
  const longest = runs.reduce((known, run) => (run.length > known.length ? run : known), '');
  if (longest.length < ANCHOR) throw new Error('a synthetic secret has no part long enough to look for');
  return longest.slice(-ANCHOR);
}

/** What base64 makes of a text, wherever in the encoded text it begins. */
const encodings = (text: string): string[] =>
  [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(`${' '.repeat(shift)}${text}`).toString('base64');
    // The first and last digits depend on what stands beside it.
    return encoded.slice(shift === 0 ? 0 : 4, -4);
  });

/** Looks for any of many secrets, plain or in base64, in any amount of text. */
export class SecretSearch {
  readonly #anchors = new Map<string, string>();

  constructor(secrets: readonly SyntheticSecret[]) {
    for (const { kind, value } of secrets) {
      this.#anchors.set(anchorOf(value), kind);
      for (const encoded of encodings(value)) this.#anchors.set(anchorOf(encoded), `${kind}, in base64`);
    }
  }

  /** The kinds of secrets that stand in a text. */
  kindsIn(text: string): string[] {
    const found = new Set<string>();
    for (let at = 0; at + ANCHOR <= text.length; at += 1) {
      const kind = this.#anchors.get(text.slice(at, at + ANCHOR));
      if (kind !== undefined) found.add(kind);
    }
    return [...found];
  }
}
