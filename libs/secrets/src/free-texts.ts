import { type FreeTextField } from '@tollgate/contracts';
import { type SecretMarker } from './secret-marker.js';
import { type Redacted, type SecretScanner } from './secret-scanner.js';

/** Which free text it is, and of what. */
export interface FreeTextPlace {
  readonly field: FreeTextField;
  /** Like the id of a request: within it equal secrets have equal markers. */
  readonly scope: string;
  /** The longest text that may be kept, in UTF-16 units. */
  readonly longest: number;
}

/** Cuts a text to a length, without leaving half a character. */
const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

/** Cuts secrets out of what people and programs write, before it goes anywhere. */
export class FreeTexts {
  /**
   * @param scanner the one by the policy that rules now
   * @param marker of this installation
   */
  constructor(
    private readonly scanner: () => SecretScanner,
    private readonly marker: SecretMarker,
  ) {}

  /**
   * A text with a marker in the place of each secret. A text that was short enough stays so: markers can be longer than what
   * they stand for, and then it loses its end.
   */
  async redacted(text: string, { field, scope, longest }: FreeTextPlace): Promise<Redacted> {
    if (text === '') return { text, cuts: [] };
    const { text: redacted, cuts } = await this.scanner().redact(text, field, (value) =>
      this.marker.mark(scope, value),
    );
    return { text: text.length <= longest ? cut(redacted, longest) : redacted, cuts };
  }

  /** As {@link redacted}, for texts that go on record alone. */
  async text(text: string, place: FreeTextPlace): Promise<string> {
    return (await this.redacted(text, place)).text;
  }
}
