import { createRequire } from 'node:module';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { targetConstructorToSchema, validationMetadatasToSchemas } from 'class-validator-jsonschema';
import { TIMESTAMP_CHECK } from './checks/is-timestamp.js';
import { type JsonObject } from './json.js';

/** class-transformer does not export its metadata through its door; the schema generator needs it for nested types. */
const { defaultMetadataStorage } = createRequire(import.meta.url)('class-transformer/cjs/storage.js') as {
  defaultMetadataStorage: never;
};

const DATE_TIME = { type: 'string', format: 'date-time' } as const;

const options = {
  classTransformerMetadataStorage: defaultMetadataStorage,
  refPointerPrefix: '#/$defs/',
  additionalConverters: {
    [TIMESTAMP_CHECK]: DATE_TIME,
    // As the generator knows it, a date alone would do, and two branches cost every check twice the time.
    isIso8601: DATE_TIME,
    // A check of one's own says its schema by @JSONSchema; the type that TypeScript noted ("Object") says nothing.
    [ValidationTypes.CUSTOM_VALIDATION]: {},
  },
};

/** class-validator's metadata, by the class that it is about. */
const { validationMetadatas } = getMetadataStorage() as unknown as {
  validationMetadatas: ReadonlyMap<unknown, readonly unknown[]>;
};

let known: { readonly classes: number; readonly schemas: Record<string, JsonObject> } | undefined;

/** The JSON Schemas (2020-12) of all validated classes that were loaded so far, by class name. */
export function allJsonSchemas(): Readonly<Record<string, JsonObject>> {
  // Made again only when classes were loaded since: a service asks many times while it starts.
  if (known?.classes !== validationMetadatas.size)
    known = {
      classes: validationMetadatas.size,
      schemas: validationMetadatasToSchemas(options) as Record<string, JsonObject>,
    };
  return known.schemas;
}

const refsOf = (schema: unknown): string[] =>
  [...JSON.stringify(schema).matchAll(/"#\/\$defs\/([^"]+)"/g)].map((match) => match[1] ?? '');

/** The generator knows classes by name alone: two of one name would become one schema, silently. */
function refuseNamesakes(names: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const target of validationMetadatas.keys()) {
    if (typeof target !== 'function' || !names.has(target.name)) continue;
    if (seen.has(target.name)) throw new Error(`two validated classes are called ${target.name}: rename one`);
    seen.add(target.name);
  }
}

/**
 * The JSON Schema (2020-12) of a validated class, with everything it refers to under `$defs`, in order of the names.
 * @param target a class with class-validator decorators
 * @throws Error where two loaded classes share a name that the schema needs
 */
export function jsonSchemaOf(target: abstract new () => object): JsonObject {
  const all = allJsonSchemas();
  const root = targetConstructorToSchema(target, options) as JsonObject;
  const definitions = new Map<string, JsonObject>();
  const open = refsOf(root);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = all[name];
    if (schema === undefined)
      throw new Error(`the schema of ${target.name} refers to ${name}, which is no validated class`);
    if (definitions.has(name)) continue;
    definitions.set(name, schema);
    open.push(...refsOf(schema));
  }
  refuseNamesakes(new Set([target.name, ...definitions.keys()]));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...root,
    ...(definitions.size > 0
      ? { $defs: Object.fromEntries([...definitions].toSorted(([a], [b]) => (a < b ? -1 : 1))) }
      : {}),
  };
}
