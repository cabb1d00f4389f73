import { isUtf8 } from 'node:buffer';
import { type Fault, type JsonValue } from '@tollgate/contracts';
import { isExactNumber } from './exact-number.js';

/** The text is not JSON (RFC 8259): where it stops being so, counted from 1. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly detail: string;
  readonly line: number;
  readonly column: number;
}

/** The text is JSON, but not I-JSON (RFC 7493), or not what this system can keep exactly. */
export interface NotInterchangeable {
  readonly kind: 'not-i-json';
  readonly fault: Fault;
}

/** What came of reading a JSON text. */
export type JsonReading =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly why: Malformed | NotInterchangeable };

/** Whether what was read is an object. */
export const isObject = (value: JsonValue): value is { [name: string]: JsonValue } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Objects and arrays within each other, at most, unless told otherwise. */
export const MAX_JSON_DEPTH = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };
/** A name list this long is looked through faster as a set. */
const LONG_LIST = 16;

class MalformedJson extends Error {
  constructor(
    detail: string,
    readonly at: number,
  ) {
    super(detail);
  }
}
class NotInterchangeableJson extends Error {}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Goes once over a JSON text without building anything; throws at the first thing that is wrong. */
class JsonWalk {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  get pointer(): string {
    return this.#path.map((step) => `/${typeof step === 'number' ? step : escapePointer(step)}`).join('');
  }

  whole(): void {
    this.#space();
    this.#value(0);
    this.#space();
    if (this.#at < this.#text.length)
      throw this.#malformed('there is something after the end of the JSON value');
  }

  #malformed(detail: string, at = this.#at): MalformedJson {
    return new MalformedJson(at >= this.#text.length ? 'the JSON ends too early' : detail, at);
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #value(depth: number): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code === QUOTE) this.#string();
    else if (code === 0x7b) this.#object(depth + 1);
    else if (code === 0x5b) this.#array(depth + 1);
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) this.#number();
    else this.#literal();
  }

  #enter(depth: number): void {
    if (depth > this.#maxDepth)
      throw new NotInterchangeableJson(`is nested deeper than ${this.#maxDepth} levels`);
    this.#at += 1;
    this.#space();
  }

  /** Steps over a comma (true) or the closing bracket (false). */
  #goesOn(close: number): boolean {
    this.#space();
    const code = this.#text.charCodeAt(this.#at);
    if (code !== 0x2c && code !== close) {
      throw this.#malformed(
        `expected a comma or ${close === 0x7d ? 'a closing brace' : 'a closing bracket'}`,
      );
    }
    this.#at += 1;
    if (code === close) return false;
    this.#space();
    return true;
  }

  #object(depth: number): void {
    this.#enter(depth);
    if (this.#text.charCodeAt(this.#at) === 0x7d) {
      this.#at += 1;
      return;
    }
    const names: string[] = [];
    let manyNames: Set<string> | undefined;
    do {
      if (this.#text.charCodeAt(this.#at) !== QUOTE)
        throw this.#malformed('expected a member name in double quotes');
      const name = this.#string();
      this.#path.push(name);
      if (name === '__proto__') throw new NotInterchangeableJson('is a member name that is not accepted');
      if (manyNames === undefined ? names.includes(name) : manyNames.has(name)) {
        throw new NotInterchangeableJson('is there more than once in its object');
      }
      if (manyNames !== undefined) manyNames.add(name);
      else if (names.push(name) > LONG_LIST) manyNames = new Set(names);
      this.#space();
      if (this.#text.charCodeAt(this.#at) !== 0x3a)
        throw this.#malformed('expected a colon after the member name');
      this.#at += 1;
      this.#space();
      this.#value(depth);
      this.#path.pop();
    } while (this.#goesOn(0x7d));
  }

  #array(depth: number): void {
    this.#enter(depth);
    if (this.#text.charCodeAt(this.#at) === 0x5d) {
      this.#at += 1;
      return;
    }
    let index = 0;
    do {
      this.#path.push(index);
      this.#value(depth);
      this.#path.pop();
      index += 1;
    } while (this.#goesOn(0x5d));
  }

  #string(): string {
    const start = this.#at;
    let at = start + 1;
    let escapes = false;
    for (let code = this.#text.charCodeAt(at); code !== QUOTE; code = this.#text.charCodeAt(at)) {
      // Past the end the code is NaN, for which no comparison holds.
      if (!(code >= 0x20)) throw this.#malformed('there is a control character in a string; escape it', at);
      if (code === BACKSLASH) {
        escapes = true;
        at += 1;
      }
      at += 1;
    }
    this.#at = at + 1;
    return escapes ? this.#unescaped(start) : this.#text.slice(start + 1, at);
  }

  #unescaped(start: number): string {
    const value = parsedOrUndefined(this.#text.slice(start, this.#at));
    if (typeof value !== 'string')
      throw this.#malformed('there is an unknown escape sequence in this string', start);
    if (value.includes('\0')) throw new NotInterchangeableJson('holds the character U+0000');
    if (!value.isWellFormed())
      throw new NotInterchangeableJson('holds half of a surrogate pair, which is no character');
    return value;
  }

  #number(): void {
    NUMBER.lastIndex = this.#at;
    const token = NUMBER.exec(this.#text)?.[0];
    if (token === undefined) throw this.#malformed('expected a number');
    if (!isExactNumber(token))
      throw new NotInterchangeableJson(
        'is a number that a double (IEEE 754) cannot hold exactly; send it as a string',
      );
    this.#at += token.length;
  }

  #literal(): void {
    const literal = LITERALS[this.#text.charAt(this.#at)];
    if (literal === undefined || !this.#text.startsWith(literal, this.#at))
      throw this.#malformed('expected a JSON value');
    this.#at += literal.length;
  }
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/**
 * Reads a JSON text from outside: UTF-8 without byte order mark, I-JSON (RFC 7493), so that its JCS form is exact.
 * Refused besides what RFC 8259 forbids: a member name twice in an object, `__proto__` as a name, numbers beyond double
 * precision, lone surrogates, U+0000, and nesting deeper than `maxDepth`. No refusal repeats a value.
 */
export function readJson(bytes: Buffer, maxDepth = MAX_JSON_DEPTH): JsonReading {
  if (!isUtf8(bytes))
    return { ok: false, why: { kind: 'malformed', detail: 'the text is not UTF-8', line: 1, column: 1 } };
  const text = bytes.toString('utf8');
  const walk = new JsonWalk(text, maxDepth);
  try {
    walk.whole();
  } catch (error) {
    if (error instanceof MalformedJson) {
      return { ok: false, why: { kind: 'malformed', detail: error.message, ...placeOf(text, error.at) } };
    }
    if (error instanceof NotInterchangeableJson) {
      return {
        ok: false,
        why: { kind: 'not-i-json', fault: { pointer: walk.pointer, detail: error.message } },
      };
    }
    throw error;
  }
  const value: JsonValue = JSON.parse(text);
  return { ok: true, value };
}
