import { type JsonValue, pointerTo } from '@tollgate/contracts';
import { isAllowed } from './allowed.js';
import { findAwsSecrets } from './aws-secret.js';
import { blocksOf } from './blocks.js';
import { base64Texts, jsonWithin, percentDecoded } from './derived-texts.js';
import { type Piece, piecesOf, type Place } from './pieces.js';
import { findByPreset } from './preset.js';
import { type SecretSettings, type TextFinding } from './rule.js';
import { RuleBook } from './rule-book.js';
import { CONTEXT_RULES } from './context-rules.js';
import { mergedFindings } from './merged-findings.js';
import { VENDOR_RULES } from './vendor-rules.js';

/** A secret that must not go on: by which rule, and where. */
export interface Detection {
  readonly rule: string;
  /** JSON pointer (RFC 6901); a name in it that is itself a secret is replaced by its marker. */
  readonly pointer: string;
}

/** A free text whose secrets were cut out. */
export interface Redacted {
  readonly text: string;
  /** What was cut out, one after the other. */
  readonly cuts: readonly { readonly rule: string; readonly value: string }[];
}

interface PlacedFinding {
  readonly rule: string;
  readonly piece: Piece;
}

/** A list longer than this helps nobody. */
const MOST_DETECTIONS = 100;
/** A value of at least this length that was found once is cut out, or refused, wherever else it stands. */
const TELLING = 8;

const WHOLE: Place = { parent: undefined, step: '' };
const UNTOUCHED: SecretSettings = { rules: [], allow: [] };

let always: RuleBook | undefined;
/** The rules that are always there, compiled when the first text comes. */
const alwaysThere = (): RuleBook => (always ??= new RuleBook([...VENDOR_RULES, ...CONTEXT_RULES]));

/** Finds secrets in what comes in, by fixed rules and those of one revision of the policy. */
export class SecretScanner {
  readonly #added: RuleBook | undefined;
  readonly #allow: SecretSettings['allow'];

  /** @param settings of the policy; patterns are ones that RE2 takes */
  constructor({ rules, allow }: SecretSettings = UNTOUCHED) {
    this.#added = rules.length === 0 ? undefined : new RuleBook(rules);
    this.#allow = allow;
  }

  /**
   * Every secret in a JSON document, names included.
   * @param mark what stands in pointers for a name that is a secret
   * @param known secrets that are known already: they are found wherever they stand
   */
  async detect(
    document: JsonValue,
    mark: (value: string) => string,
    known: Redacted['cuts'] = [],
  ): Promise<Detection[]> {
    const found = await this.#find(document, WHOLE, known);
    const secretNames = new Set<Place>(found.flatMap(({ piece }) => (piece.isName ? [piece.place] : [])));
    const pointerOf = (place: Place): string =>
      place.parent === undefined
        ? ''
        : pointerTo(pointerOf(place.parent), secretNames.has(place) ? mark(place.step) : place.step);
    const detections = found.map(({ rule, piece }) => ({ rule, pointer: pointerOf(piece.place) }));
    const distinct = new Map(
      detections.map((detection) => [`${detection.rule}\n${detection.pointer}`, detection]),
    );
    return [...distinct.values()].slice(0, MOST_DETECTIONS);
  }

  /**
   * Cuts the secrets out of a free text.
   * @param field its name, as the policy's allowances know it
   * @param mark the marker of what is cut out
   */
  async redact(text: string, field: string, mark: (value: string) => string): Promise<Redacted> {
    const place = { parent: WHOLE, step: field };
    const found = [...(await this.#lookAt(text)), ...(await this.#hiddenIn(text, place))];
    const kept = found.filter(({ rule }) => !isAllowed(this.#allow, rule, place));
    if (kept.length === 0) return { text, cuts: [] };
    const values = kept.map(({ rule, start, end }) => ({ rule, value: text.slice(start, end) }));
    const everywhere = values.flatMap(({ rule, value }) => occurrences(text, rule, value));
    let redacted = '';
    let at = 0;
    const cuts: { rule: string; value: string }[] = [];
    for (const { rule, start, end } of mergedFindings([...kept, ...everywhere])) {
      const value = text.slice(start, end);
      redacted += text.slice(at, start) + mark(value);
      at = end;
      cuts.push({ rule, value });
    }
    return { text: redacted + text.slice(at), cuts };
  }

  async #lookAt(text: string): Promise<TextFinding[]> {
    const alone = findAwsSecrets(text);
    const added = this.#added?.find(text) ?? [];
    const own = alwaysThere().find(text);
    // What the rules do not even want to look at is nothing for the preset, which takes many times as long.
    return own === undefined
      ? [...alone, ...added]
      : [...alone, ...added, ...own, ...(await findByPreset(text))];
  }

  async #find(value: JsonValue, place: Place, known: Redacted['cuts'] = []): Promise<PlacedFinding[]> {
    const { pieces, named } = piecesOf(value, place);
    const found: PlacedFinding[] = [...named];
    for (const block of blocksOf(pieces)) {
      for (const { rule, start } of await this.#lookAt(block.text)) {
        const piece = block.pieceAt(start);
        if (piece !== undefined) found.push({ rule, piece });
      }
    }
    for (const cut of known) {
      if (cut.value.length < TELLING) continue;
      for (const piece of pieces) if (piece.text.includes(cut.value)) found.push({ rule: cut.rule, piece });
    }
    return found.filter(({ rule, piece }) => !isAllowed(this.#allow, rule, piece.place));
  }

  /** What only shows once a text is decoded; all that was encoded is the secret then. */
  async #hiddenIn(text: string, place: Place): Promise<TextFinding[]> {
    const found: TextFinding[] = [];
    const whole = jsonWithin(text);
    if (whole !== undefined) {
      for (const { rule, piece } of await this.#find(whole, place)) {
        const start = text.indexOf(piece.text);
        found.push(
          start < 0 ? { rule, start: 0, end: text.length } : { rule, start, end: start + piece.text.length },
        );
      }
    }
    for (const { text: hidden, start, end } of [...base64Texts(text), ...escapedWords(text)]) {
      for (const { rule } of await this.#find(hidden, place)) found.push({ rule, start, end });
    }
    return found;
  }
}

function escapedWords(text: string): { text: string; start: number; end: number }[] {
  if (!text.includes('%')) return [];
  return [...text.matchAll(/\S+/g)].flatMap(({ 0: word, index: start }) => {
    const decoded = percentDecoded(word);
    return decoded === undefined ? [] : [{ text: decoded, start, end: start + word.length }];
  });
}

function occurrences(text: string, rule: string, value: string): TextFinding[] {
  if (value.length < TELLING) return [];
  const found: TextFinding[] = [];
  for (let start = text.indexOf(value); start >= 0; start = text.indexOf(value, start + value.length))
    found.push({ rule, start, end: start + value.length });
  return found;
}
