import { type ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { jsonSchemaOf } from './json-schema.js';
import { type JsonObject, type JsonValue } from './json.js';

/** One thing that is wrong with an input: where (JSON pointer, RFC 6901; empty for the whole) and what, for people. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/** What a door's check says of an input. No fault holds a value of the input. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: Fault[] };

/** Every object of a schema closed: a door refuses what it does not know. */
function closed(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return copy['type'] === 'object' && copy['properties'] !== undefined ? { ...copy, additionalProperties: false } : copy;
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function worded(errors: ValidationError[], parent = ''): Fault[] {
  return errors.flatMap((error) => {
    const pointer = `${parent}/${escapePointer(error.property)}`;
    const own = Object.entries(error.constraints ?? {}).map(([constraint, text]) => ({
      pointer,
      detail: constraint === 'whitelistValidation' ? 'is not a known field' : text.replace(`${error.property} `, ''),
    }));
    return [...own, ...worded(error.children ?? [], pointer)];
  });
}

const fromAjv = (error: ErrorObject): Fault => {
  const extra = error.keyword === 'additionalProperties' ? String(error.params['additionalProperty']) : undefined;
  return extra === undefined
    ? { pointer: error.instancePath, detail: error.message ?? 'is not valid' }
    : { pointer: `${error.instancePath}/${escapePointer(extra)}`, detail: 'is not a known field' };
};

/**
 * A check for what comes in at a door (HTTP body, inbound record), from a validated class. A compiled JSON Schema
 * accepts; class-validator only words the refusal. Unknown fields are refused.
 * @param target a class with class-validator decorators
 */
export function doorCheck<T extends object>(target: new () => T): (input: unknown) => Checked<T> {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const accepts = ajv.compile<T>(closed(jsonSchemaOf(target)) as JsonObject);
  return (input) => {
    if (accepts(input)) return { ok: true, value: input };
    if (input === null || typeof input !== 'object' || Array.isArray(input)) {
      return { ok: false, faults: [{ pointer: '', detail: 'must be a JSON object' }] };
    }
    const faults = worded(
      validateSync(plainToInstance(target, input), { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true }),
    );
    return { ok: false, faults: faults.length > 0 ? faults : (accepts.errors ?? []).map(fromAjv) };
  };
}
