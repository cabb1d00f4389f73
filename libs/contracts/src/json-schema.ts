// Not exported through its door; the schema generator needs it for nested types.
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import { TIMESTAMP_CHECK } from './checks/is-timestamp.js';
import { type JsonObject } from './json.js';

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

const schemas = new WeakMap<object, JsonObject>();

/** The schema of one class, made once: to make those of all classes takes a good part of a service's start. */
function ownSchemaOf(target: abstract new () => object): JsonObject {
  let schema = schemas.get(target);
  if (schema === undefined) {
    schema = targetConstructorToSchema(target, options) as JsonObject;
    schemas.set(target, schema);
  }
  return schema;
}

const isClass = (target: unknown): target is abstract new () => object => typeof target === 'function';

/**
 * The validated class of a name: the generator refers by names.
 * @throws Error where two loaded classes are called so: they would become one schema, silently
 */
function classNamed(name: string): (abstract new () => object) | undefined {
  const found = [...validationMetadatas.keys()].filter(isClass).filter((target) => target.name === name);
  if (found.length > 1) throw new Error(`two validated classes are called ${name}: rename one`);
  return found[0];
}

const refsOf = (schema: unknown): string[] =>
  [...JSON.stringify(schema).matchAll(/"#\/\$defs\/([^"]+)"/g)].map((match) => match[1] ?? '');

/**
 * The JSON Schema (2020-12) of a validated class, with everything it refers to under `$defs`, in order of the names.
 * @param target a class with class-validator decorators
 * @throws Error where two loaded classes share a name that the schema needs
 */
export function jsonSchemaOf(target: abstract new () => object): JsonObject {
  // It has no other of its name.
  classNamed(target.name);
  const root = ownSchemaOf(target);
  const definitions = new Map<string, JsonObject>();
  const open = refsOf(root);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (definitions.has(name)) continue;
    const referred = classNamed(name);
    if (referred === undefined)
      throw new Error(`the schema of ${target.name} refers to ${name}, which is no validated class`);
    const schema = ownSchemaOf(referred);
    definitions.set(name, schema);
    open.push(...refsOf(schema));
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...root,
    ...(definitions.size > 0
      ? { $defs: Object.fromEntries([...definitions].toSorted(([a], [b]) => (a < b ? -1 : 1))) }
      : {}),
  };
}
