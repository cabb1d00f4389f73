import { createRequire } from 'node:module';
import { getMetadataStorage } from 'class-validator';
import { targetConstructorToSchema, validationMetadatasToSchemas } from 'class-validator-jsonschema';
import { type JsonObject } from './json.js';

/** class-transformer does not export its metadata through its door; the schema generator needs it for nested types. */
const { defaultMetadataStorage } = createRequire(import.meta.url)('class-transformer/cjs/storage.js') as {
  defaultMetadataStorage: never;
};

const options = { classTransformerMetadataStorage: defaultMetadataStorage, refPointerPrefix: '#/$defs/' };

/** The JSON Schemas (2020-12) of all validated classes that were loaded so far, by class name. */
export const allJsonSchemas = (): Record<string, JsonObject> =>
  validationMetadatasToSchemas(options) as Record<string, JsonObject>;

const refsOf = (schema: unknown): string[] =>
  [...JSON.stringify(schema).matchAll(/"#\/\$defs\/([A-Za-z]+)"/g)].map((match) => match[1] ?? '');

/**
 * The JSON Schema (2020-12) of a validated class, with everything it refers to under `$defs`.
 * @param target a class with class-validator decorators
 */
export function jsonSchemaOf(target: abstract new () => object): JsonObject {
  void getMetadataStorage();
  const all = allJsonSchemas();
  const root = targetConstructorToSchema(target, options) as JsonObject;
  const definitions: JsonObject = {};
  const open = refsOf(root);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = all[name];
    if (schema === undefined || definitions[name] !== undefined) continue;
    definitions[name] = schema;
    open.push(...refsOf(schema));
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...root,
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  };
}
