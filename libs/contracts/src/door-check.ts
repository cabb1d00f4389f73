import { type ErrorObject } from 'ajv';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { type Fault } from './checks/fault.js';
import { iJsonFault } from './checks/i-json-fault.js';
import { type CheckOptions, schemaCheck } from './checks/schema-check.js';
import { pointerTo } from './checks/pointer.js';
import { pruned } from './checks/pruned.js';
import { jsonSchemaOf } from './json-schema.js';
import { type JsonObject, type JsonValue } from './json.js';

/** What a door's check says of an input. No fault holds a value of the input. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: Fault[] };

/** An answer names this many faults at most: enough to work on, and no lever to make it large. */
const MAX_FAULTS = 100;

/** Every object of a schema closed: a door refuses what it does not know. */
function closed(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return copy['type'] === 'object' && copy['properties'] !== undefined
    ? { ...copy, additionalProperties: false }
    : copy;
}

/**
 * Constraints by what they speak of. Where a field has the wrong type, the rest says nothing of use (a list before its
 * items); where a list has the wrong size, nothing is said of its items.
 */
const CONSTRAINTS = {
  type: ['isArray', 'isObject', 'isString', 'isInt', 'isNumber', 'isBoolean'],
  size: ['arrayMaxSize', 'arrayMinSize', 'arrayNotEmpty'],
} as const;
type FaultKind = keyof typeof CONSTRAINTS | 'other';

const kindOf = (keywords: ReadonlySet<string> | undefined): FaultKind => {
  if (keywords?.has('type')) return 'type';
  return keywords?.has('maxItems') || keywords?.has('minItems') ? 'size' : 'other';
};

/** How a constraint is worded where class-validator's own words are not the best. */
const WORDS: Readonly<Record<string, string>> = {
  nestedValidation: 'must be a JSON object',
  isBoolean: 'must be true or false',
  isInt: 'must be a whole number',
};

/** Without the name of the field, which the pointer says. */
const withoutName = (text: string, name: string): string =>
  text
    .replace('each value in ', '')
    .replace(`${name} `, '')
    .replace('must be one of the following values: ', 'must be one of: ');

/** Where a field is at fault, and in what: the field itself, or those items of it that the schema refused. */
interface FaultPlace {
  readonly pointer: string;
  readonly kind: FaultKind;
}

/** What the schema refused, by place: the keywords, and the items of a list that are at fault by themselves. */
class Refusals {
  readonly #keywords = new Map<string, Set<string>>();
  readonly #items = new Map<string, string[]>();

  constructor(errors: readonly ErrorObject[]) {
    for (const { instancePath, keyword } of errors) {
      const known = this.#keywords.get(instancePath);
      if (known !== undefined) {
        known.add(keyword);
        continue;
      }
      this.#keywords.set(instancePath, new Set([keyword]));
      const [, list = '', index] = /^(.*)\/(\d+)$/.exec(instancePath) ?? [];
      if (index !== undefined) this.#addItem(list, instancePath);
    }
  }

  #addItem(list: string, item: string): void {
    const known = this.#items.get(list);
    if (known === undefined) this.#items.set(list, [item]);
    else known.push(item);
  }

  /** class-validator does not say which items of a list are at fault; the schema does. */
  placesOf(pointer: string): FaultPlace[] {
    const places = this.#keywords.has(pointer) ? [pointer] : (this.#items.get(pointer) ?? [pointer]);
    return places.map((place) => ({
      pointer: place,
      kind: kindOf(this.#keywords.get(place)),
    }));
  }
}

/** What class-validator says of a field: no more than helps. */
function detailsOf({ property, value, constraints = {} }: ValidationError, kind: FaultKind): string[] {
  const names = Object.keys(constraints);
  if (value === undefined && names.length > 0) return ['is required'];
  const special = [...CONSTRAINTS.type, ...CONSTRAINTS.size].filter((name) => names.includes(name));
  const chosen =
    kind === 'other'
      ? names.filter((name) => !special.some((other) => other === name))
      : CONSTRAINTS[kind].filter((name) => names.includes(name)).slice(0, 1);
  return (chosen.length > 0 ? chosen : names).map(
    (name) => WORDS[name] ?? withoutName(constraints[name] ?? 'is not valid', property),
  );
}

function worded(errors: readonly ValidationError[], refusals: Refusals, parent = ''): Fault[] {
  return errors.flatMap((error) => {
    const pointer = pointerTo(parent, error.property);
    const own = refusals
      .placesOf(pointer)
      .flatMap((place) => detailsOf(error, place.kind).map((detail) => ({ pointer: place.pointer, detail })));
    return [...own, ...worded(error.children ?? [], refusals, pointer)];
  });
}

const article = (type: string): string => `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`;

function fromAjv(error: ErrorObject): Fault {
  const { additionalProperty, missingProperty } = error.params as {
    additionalProperty?: string;
    missingProperty?: string;
  };
  if (additionalProperty !== undefined) {
    return { pointer: pointerTo(error.instancePath, additionalProperty), detail: 'is not a known field' };
  }
  if (missingProperty !== undefined)
    return { pointer: pointerTo(error.instancePath, missingProperty), detail: 'is required' };
  const detail =
    error.keyword === 'type' ? `must be ${article(String(error.params['type']))}` : error.message;
  return { pointer: error.instancePath, detail: detail ?? 'is not valid' };
}

const distinct = (faults: readonly Fault[]): Fault[] => [
  ...new Map(faults.map((fault) => [`${fault.pointer}\n${fault.detail}`, fault])).values(),
];

/** What the schema says by itself: of fields that it does not know, where nothing is said of what holds them. */
function unknownFields(refused: readonly ErrorObject[], said: readonly Fault[]): Fault[] {
  const places = new Set(said.map(({ pointer }) => pointer));
  return refused
    .filter(({ keyword, instancePath }) => keyword === 'additionalProperties' && !places.has(instancePath))
    .map(fromAjv);
}

/**
 * A check for what comes in at a door (HTTP body, inbound record, file), from a validated class. A compiled JSON Schema
 * accepts; class-validator only words the refusal. Unknown fields are refused, and so is what is not I-JSON
 * (RFC 7493) or nests deeper than 64 levels.
 * @param target a class with class-validator decorators
 * @returns the check; the schema is compiled when the first input comes, not while a service starts
 */
export function doorCheck<T extends object>(target: new () => T): (input: unknown) => Checked<T> {
  doors.add(target);
  let check: ((input: unknown) => Checked<T>) | undefined;
  return (input) => {
    check ??= compiledCheck(target);
    return check(input);
  };
}

const DOOR_OPTIONS: CheckOptions = { allErrors: true };
const doorSchemaOf = (schema: JsonObject): JsonObject => closed(schema) as JsonObject;
const doors = new Set<new () => object>();

/** The schema of every door check that was asked for so far, and how it is compiled; for the bundle. */
export const doorSchemas = (): { readonly schema: JsonObject; readonly options: CheckOptions }[] =>
  [...doors].map((target) => ({ schema: doorSchemaOf(jsonSchemaOf(target)), options: DOOR_OPTIONS }));

function compiledCheck<T extends object>(target: new () => T): (input: unknown) => Checked<T> {
  const schema = jsonSchemaOf(target);
  const accepts = schemaCheck<T>(doorSchemaOf(schema), DOOR_OPTIONS);
  const known = (input: object, refused: readonly ErrorObject[]): Fault[] => {
    const instance = plainToInstance(target, pruned(input, schema, schema) as object);
    return worded(validateSync(instance, { forbidUnknownValues: false }), new Refusals(refused));
  };
  return (input) => {
    const foreign = iJsonFault(input);
    if (foreign !== undefined) return { ok: false, faults: [foreign] };
    if (accepts(input)) return { ok: true, value: input };
    if (input === null || typeof input !== 'object' || Array.isArray(input)) {
      return { ok: false, faults: [{ pointer: '', detail: 'must be a JSON object' }] };
    }
    const refused = accepts.errors ?? [];
    const said = known(input, refused);
    const faults = [...said, ...unknownFields(refused, said)];
    return {
      ok: false,
      faults: distinct(faults.length > 0 ? faults : refused.map(fromAjv)).slice(0, MAX_FAULTS),
    };
  };
}
