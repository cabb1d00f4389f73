import { createHmac } from 'node:crypto';

/** Of the keyed hash in a marker, in hexadecimal digits: enough to tell the secrets of one request apart. */
const DIGITS = 8;

/** Writes the markers that stand where a secret was cut out. */
export class SecretMarker {
  readonly #key: string;

  /** @param key of this installation; whoever has it can test guesses */
  constructor(key: string) {
    this.#key = key;
  }

  /**
   * The marker of a value: the same for the same value within a scope, and of no use to whoever does not have the key.
   * @param scope like the id of a request: in another scope the same value has another marker
   */
  mark(scope: string, value: string): string {
    return `[secret-${this.#digest(`marker\n${scope}\n${value}`).slice(0, DIGITS)}]`;
  }

  /** A keyed digest of a text that may hold secrets, in hexadecimal: tells whether two are equal, and nothing else. */
  seal(text: string): string {
    return this.#digest(`seal\n${text}`);
  }

  #digest(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('hex');
  }
}
