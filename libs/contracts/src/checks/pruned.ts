import { type JsonObject, type JsonValue } from '../json.js';

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * What of an input a schema speaks of: unknown fields left out, objects of free form emptied. What only looks at types
 * and bounds sees no difference, and has no more work than the schema is large.
 * @param schema a JSON Schema whose references point to `$defs` of `root`
 */
export function pruned(input: unknown, schema: JsonValue | undefined, root: JsonObject): unknown {
  if (!isObject(schema)) return input;
  const ref = schema['$ref'];
  if (typeof ref === 'string') {
    const definitions = root['$defs'];
    return pruned(input, isObject(definitions) ? definitions[ref.replace('#/$defs/', '')] : undefined, root);
  }
  const properties = schema['properties'];
  if (Array.isArray(input)) return input.map((item) => pruned(item, schema['items'], root));
  if (!isObject(input)) return input;
  if (!isObject(properties)) return schema['type'] === 'object' ? {} : input;
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => Object.hasOwn(input, name))
      .map(([name, inner]) => [name, pruned(input[name], inner, root)]),
  );
}
