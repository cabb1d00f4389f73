import { type JsonObject, type JsonValue } from '../json.js';

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const object = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});
const list = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value : []);
const has = (values: JsonValue[], value: JsonValue): boolean =>
  values.some((other) => JSON.stringify(other) === JSON.stringify(value));

/** Keywords that narrow when their number grows, and those that narrow when it shrinks. */
const LOWER_BOUNDS = ['minLength', 'minimum', 'minItems', 'minProperties'];
const UPPER_BOUNDS = ['maxLength', 'maximum', 'maxItems', 'maxProperties'];
/** Keywords that may not come or change: what they let in cannot be compared. */
const FIXED = [
  'type',
  'pattern',
  'format',
  'const',
  'multipleOf',
  'uniqueItems',
  'additionalProperties',
  'not',
  'anyOf',
  'oneOf',
  'allOf',
];

interface Pair {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

function resolved(schema: JsonValue | undefined, root: JsonObject): JsonObject {
  const found = object(schema);
  const ref = found['$ref'];
  return typeof ref === 'string' ? object(object(root['$defs'])[ref.replace('#/$defs/', '')]) : found;
}

function ownNarrowings({ before, after }: Pair, at: string): string[] {
  const found: string[] = [];
  for (const name of list(after['required'])) {
    if (!has(list(before['required']), name)) found.push(`${at}: ${String(name)} is required now`);
  }
  for (const value of list(before['enum'])) {
    if (after['enum'] !== undefined && !has(list(after['enum']), value))
      found.push(`${at}: ${String(value)} is allowed no more`);
  }
  if (before['enum'] === undefined && after['enum'] !== undefined)
    found.push(`${at}: only listed values are allowed now`);
  for (const keyword of LOWER_BOUNDS) {
    if (Number(after[keyword] ?? -Infinity) > Number(before[keyword] ?? -Infinity))
      found.push(`${at}: ${keyword} grew`);
  }
  for (const keyword of UPPER_BOUNDS) {
    if (Number(after[keyword] ?? Infinity) < Number(before[keyword] ?? Infinity))
      found.push(`${at}: ${keyword} shrank`);
  }
  for (const keyword of FIXED) {
    const now = after[keyword];
    if (now !== undefined && JSON.stringify(now) !== JSON.stringify(before[keyword]))
      found.push(`${at}: ${keyword} changed`);
  }
  return found;
}

/**
 * What a later schema of an event version refuses though the earlier one took it: each is a break for whoever holds older
 * events. Understands the keywords that the event classes give.
 * @returns one line each, with the place; empty where there is none
 */
export function narrowings(before: JsonObject, after: JsonObject): string[] {
  const found: string[] = [];
  const compare = (pair: Pair, at: string, seen: readonly string[]): void => {
    const earlier = resolved(pair.before, before);
    const later = resolved(pair.after, after);
    const ref = JSON.stringify(pair.before['$ref'] ?? at);
    if (seen.includes(ref)) return;
    const path = [...seen, ref];
    found.push(...ownNarrowings({ before: earlier, after: later }, at || '(the event)'));
    const properties = object(later['properties']);
    for (const [name, schema] of Object.entries(object(earlier['properties']))) {
      const now = properties[name];
      if (now !== undefined) compare({ before: object(schema), after: object(now) }, `${at}/${name}`, path);
    }
    if (later['items'] !== undefined)
      compare({ before: object(earlier['items']), after: object(later['items']) }, `${at}/*`, path);
  };
  compare({ before, after }, '', []);
  return [...new Set(found)];
}
