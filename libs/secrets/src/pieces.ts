import { type JsonObject, type JsonValue } from '@tollgate/contracts';
import { secretByName } from './context-rules.js';
import { base64Texts, jsonWithin, percentDecoded } from './derived-texts.js';
import { secretName } from './secret-name.js';

/** A place in a JSON document: the whole, or a member or item of another. */
export interface Place {
  readonly parent: Place | undefined;
  /** A name or an index; empty for the whole. */
  readonly step: string;
}

/** A text to be looked at, and where it stands. */
export interface Piece {
  readonly text: string;
  readonly place: Place;
  /** The name of the place rather than what stands there. */
  readonly isName: boolean;
}

/** A secret in a piece, known by the name under which it stands. */
export interface NamedFinding {
  readonly rule: string;
  readonly piece: Piece;
}

/** The texts of a JSON document, and what already their names tell. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly named: readonly NamedFinding[];
}

/** JSON within a text within JSON …, at most. */
const MOST_LAYERS = 4;
/** Names under which only a value stands; what it is, is said above or beside it. */
const VALUE_NAMES = new Set([
  'value',
  'Value',
  'val',
  'data',
  'text',
  'plain',
  'raw',
  'string',
  'content',
  'default',
]);
const NAME_NAMES = ['name', 'Name', 'key', 'Key', 'ParameterKey', 'variable'];
const VALUE_BESIDE = new Set(['ParameterValue', ...VALUE_NAMES]);
/** A number of so many digits can be somebody's password. */
const SHORTEST_PIN = 4;

interface Layer {
  readonly layers: number;
  /** Base64 is looked into once. */
  readonly decoded: boolean;
}
interface Open extends Layer {
  readonly value: JsonValue;
  readonly place: Place;
  /** The name that says what the value is. */
  readonly name: string | undefined;
  /** Whether it has a place of its own in the document: what lies within a text has not. */
  readonly own: boolean;
}

/** Members of a JSON web key (RFC 7517) that are private. */
const isPrivateMember = (object: JsonObject, name: string): boolean =>
  typeof object['kty'] === 'string' && (name === 'd' || (name === 'k' && object['kty'] === 'oct'));

class Walk {
  readonly pieces: Piece[] = [];
  readonly named: NamedFinding[] = [];
  /** Those ahead are visited in turn, so that what is found is found in order. */
  readonly #open: Open[] = [];

  constructor(value: JsonValue, place: Place) {
    this.#open.push({ value, place, name: undefined, own: true, layers: 0, decoded: false });
    for (const next of this.#open) this.#visit(next);
  }

  #visit(open: Open): void {
    const { value, place, name } = open;
    if (typeof value === 'string') this.#text(value, open);
    else if (typeof value === 'number') this.#number(value, place, name);
    else if (Array.isArray(value)) {
      value.forEach((item, index) => {
        this.#open.push({
          ...open,
          value: item,
          place: open.own ? { parent: place, step: String(index) } : place,
        });
      });
    } else if (value !== null && typeof value === 'object') this.#object(value, open);
  }

  #object(object: JsonObject, open: Open): void {
    const beside = NAME_NAMES.map((name) => object[name]).find((name) => typeof name === 'string');
    for (const [key, value] of Object.entries(object)) {
      const place = open.own ? { parent: open.place, step: key } : open.place;
      this.pieces.push({ text: key, place, isName: open.own });
      const isValue = VALUE_BESIDE.has(key);
      const name = isValue ? (typeof beside === 'string' ? beside : (open.name ?? key)) : key;
      if (typeof value === 'string' && isPrivateMember(object, key))
        this.named.push({ rule: 'private-key', piece: { text: value, place, isName: false } });
      this.#open.push({ ...open, value, place, name });
    }
  }

  #number(value: number, place: Place, name: string | undefined): void {
    const text = String(value);
    if (name !== undefined && text.length >= SHORTEST_PIN && secretName(name) === 'password')
      this.named.push({ rule: 'password', piece: { text, place, isName: false } });
  }

  #text(text: string, open: Open): void {
    const { place, name, layers, decoded } = open;
    const piece = { text, place, isName: false };
    this.pieces.push(piece);
    const rule = name === undefined ? undefined : secretByName(name, text);
    if (rule !== undefined) this.named.push({ rule, piece });
    if (layers >= MOST_LAYERS) return;
    const within = { ...open, own: false, layers: layers + 1 };
    const json = jsonWithin(text);
    if (json !== undefined) this.#open.push({ ...within, value: json });
    const unescaped = percentDecoded(text);
    if (unescaped !== undefined) this.#open.push({ ...within, value: unescaped });
    if (decoded) return;
    for (const hidden of base64Texts(text)) this.#open.push({ ...within, value: hidden.text, decoded: true });
  }
}

/**
 * Every text of a JSON document: names and values, those within JSON that is itself a text, within base64 (once), and
 * behind percent escapes.
 */
export function piecesOf(value: JsonValue, place: Place): Pieces {
  const { pieces, named } = new Walk(value, place);
  return { pieces, named };
}
