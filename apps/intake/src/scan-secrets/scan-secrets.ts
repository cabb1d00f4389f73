import { type JsonValue, type Redaction } from '@tollgate/contracts';
import { type Detection, type FreeTexts, type SecretMarker, type SecretScanner } from '@tollgate/secrets';
import { isObject } from '../submit-request/read-json.js';

/** What was found where: no value among it. */
export interface SecretsFound {
  readonly ok: false;
  readonly detections: readonly Detection[];
}

/** What of a body can go on. */
export interface Scanned {
  /** Without the secrets of its free text. */
  readonly body: JsonValue;
  /** What was cut out. */
  readonly redactions: readonly Redaction[];
  /** The free text as it came in: it goes into {@link seal} and nowhere else. */
  readonly reason: string;
  /** Why the glass is broken, likewise. */
  readonly justification: string;
  /** A keyed digest, hexadecimal. */
  readonly seal: (text: string) => string;
}

/** The parts of a scan. */
export interface ScanSecretsParts {
  readonly scanner: () => SecretScanner;
  readonly marker: SecretMarker;
  readonly texts: FreeTexts;
}

/** The longest reason. */
export const LONGEST_REASON = 4000;
const REASON = 'reason';
const REASON_POINTER = `/${REASON}`;

const GLASS = 'breakGlass';
const JUSTIFICATION = 'justification';
const NOTHING = { text: '', cuts: [], redactions: [] };

/** What a body says of breaking the glass: the free text, and whatever else; undefined where it says none. */
function glassOf(content: { readonly [name: string]: JsonValue }) {
  const { [GLASS]: glass } = content;
  if (glass === undefined || !isObject(glass)) return undefined;
  const { [JUSTIFICATION]: justification, ...rest } = glass;
  return typeof justification === 'string' ? { justification, rest } : undefined;
}

/** Looks for secrets in what producers send, at both doors, before anything of it goes anywhere. */
export class ScanSecrets {
  constructor(private readonly parts: ScanSecretsParts) {}

  /**
   * A body of a request, before its shape is checked: also what will be refused must not be told.
   * @param scope the id of the request
   */
  async body(body: JsonValue, scope: string): Promise<({ readonly ok: true } & Scanned) | SecretsFound> {
    const { marker } = this.parts;
    const { [REASON]: written, ...content } = isObject(body) ? body : { '': body };
    const isText = typeof written === 'string';
    const reason = isText ? await this.#reason(written, scope) : NOTHING;
    const glass = glassOf(content);
    const why = glass === undefined ? NOTHING : await this.#justification(glass.justification, scope);
    const others = glass === undefined ? content : { ...content, [GLASS]: glass.rest };
    const refused = written === undefined || isText ? others : { ...others, [REASON]: written };
    const detections = await this.parts
      .scanner()
      .detect(isObject(body) ? refused : body, (value) => marker.mark(scope, value), [
        ...reason.cuts,
        ...why.cuts,
      ]);
    if (detections.length > 0) return { ok: false, detections };
    return {
      ok: true,
      // In the order of the original, for the sake of whoever reads it.
      body: isObject(body)
        ? {
            ...body,
            ...(isText ? { [REASON]: reason.text } : {}),
            ...(glass === undefined ? {} : { [GLASS]: { ...glass.rest, [JUSTIFICATION]: why.text } }),
          }
        : body,
      redactions: [...reason.redactions, ...why.redactions],
      reason: isText ? written : '',
      justification: glass?.justification ?? '',
      seal: (text) => marker.seal(text),
    };
  }

  /** A reason by itself; what comes with it is not looked at. */
  async reason(
    written: string,
    scope: string,
  ): Promise<Omit<Scanned, 'body' | 'justification'> & { readonly text: string }> {
    const { text, redactions } = await this.#reason(written, scope);
    return { text, redactions, reason: written, seal: (value) => this.parts.marker.seal(value) };
  }

  /** A producer's own id of a request: by which rule it is a secret; undefined where it is none. */
  async key(key: string): Promise<string | undefined> {
    const [found] = await this.parts.scanner().detect({ 'idempotency-key': key }, () => '');
    return found?.rule;
  }

  /** A pointer to what is wrong with an input that was not scanned: without the names in it that are secrets. */
  async pointer(pointer: string, scope: string): Promise<string> {
    const { texts } = this.parts;
    const place = { field: REASON, scope, longest: pointer.length + LONGEST_REASON } as const;
    const names = await Promise.all(
      pointer.split('/').map(async (name) => {
        const plain = name.replaceAll('~1', '/').replaceAll('~0', '~');
        const { text } = await texts.redacted(plain, place);
        return text === plain ? name : text.replaceAll('~', '~0').replaceAll('/', '~1');
      }),
    );
    return names.join('/');
  }

  async #justification(written: string, scope: string) {
    const place = { field: 'break-glass', scope, longest: LONGEST_REASON } as const;
    const { text, cuts } = await this.parts.texts.redacted(written, place);
    const redactions = cuts.map(({ rule }) => ({ pointer: `/${GLASS}/${JUSTIFICATION}`, rule }));
    return { text, cuts, redactions };
  }

  async #reason(written: string, scope: string) {
    const { text, cuts } = await this.parts.texts.redacted(written, {
      field: REASON,
      scope,
      longest: LONGEST_REASON,
    });
    const redactions = cuts.map(({ rule }) => ({ pointer: REASON_POINTER, rule }));
    return { text, cuts, redactions };
  }
}
