import { isUtf8 } from 'node:buffer';
import { type JsonValue } from '@tollgate/contracts';

/** A text that hides in another, and where: in UTF-16 units of that other. */
export interface DerivedText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Base64 (RFC 4648, both alphabets), also in lines; shorter ones hold nothing that matters. */
const BASE64 = /[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}/g;
// eslint-disable-next-line no-control-regex -- to tell text from other bytes
const NO_TEXT = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;
const SHORTEST = 8;

/** Bytes as text: UTF-8, or UTF-16 as PowerShell encodes commands; undefined for what is none. */
function asText(bytes: Buffer): string | undefined {
  if (bytes.length < SHORTEST) return undefined;
  if (bytes[1] === 0 && bytes[3] === 0 && bytes[0] !== 0) {
    const wide = bytes.toString('utf16le');
    return NO_TEXT.test(wide) ? undefined : wide;
  }
  // Most of what looks like base64 is none: the first bytes tell.
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  return NO_TEXT.test(text) ? undefined : text;
}

/** What is text in base64 within a text. */
export function base64Texts(text: string): DerivedText[] {
  const found: DerivedText[] = [];
  for (const { 0: run, index: start } of text.matchAll(BASE64)) {
    const decoded = asText(Buffer.from(run, 'base64'));
    if (decoded !== undefined) found.push({ text: decoded, start, end: start + run.length });
  }
  return found;
}

const ESCAPED = /(?:%[0-9A-Fa-f]{2})+/g;

/** A text with its percent escapes (RFC 3986) resolved, where there are any. */
export function percentDecoded(text: string): string | undefined {
  if (!text.includes('%')) return undefined;
  const decoded = text.replace(ESCAPED, (escapes) => {
    const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex');
    return isUtf8(bytes) ? bytes.toString('utf8') : escapes;
  });
  return decoded === text ? undefined : decoded;
}

const MAY_BE_JSON = /^\s*[[{"]/;

/** The JSON that a text is, where it is an object, a list or a text. */
export function jsonWithin(text: string): JsonValue | undefined {
  if (!MAY_BE_JSON.test(text)) return undefined;
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
