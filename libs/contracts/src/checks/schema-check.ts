import { createHash } from 'node:crypto';
import { type ValidateFunction } from 'ajv';
import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import { type JsonObject } from '../json.js';
import { formats } from './formats.js';
import { precompiled } from './precompiled.js';

/** How a check tells of what is wrong. */
export interface CheckOptions {
  /** Everything that is wrong, in the place of the first. */
  readonly allErrors?: boolean;
}

/**
 * A compiler of JSON Schemas 2020-12 with the formats of {@link formats}. For schemas of our own: it does not hold them
 * against the schema of schemas, which a service would compile at its start for nothing.
 */
export function newAjv(options: Options = {}): Ajv2020 {
  return new Ajv2020({ strict: false, meta: false, validateSchema: false, formats, ...options });
}

/** The name of a check among those that were compiled before: by what it is made from. */
export const checkName = (schema: JsonObject, { allErrors = false }: CheckOptions = {}): string =>
  `check_${createHash('sha256')
    .update(JSON.stringify([schema, allErrors]))
    .digest('hex')}`;

/** A function that checks an input by a schema: as the bundle brings it, or else compiled now. */
export const schemaCheck = <T>(schema: JsonObject, options: CheckOptions = {}): ValidateFunction<T> =>
  (precompiled[checkName(schema, options)] as ValidateFunction<T> | undefined) ??
  newAjv(options).compile<T>(schema);
