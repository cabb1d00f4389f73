import { type JsonObject, jsonSchemaOf, type JsonValue } from '@tollgate/contracts';
import { type ApiBodyOptions } from '@nestjs/swagger';

type OpenApiSchema = Extract<ApiBodyOptions, { schema: unknown }>['schema'];

const OWN = '#/$defs/';

/** A schema with what it refers to put in: in a document of its own such references would lead nowhere. */
function inlined(schema: JsonValue, definitions: JsonObject): JsonValue {
  if (schema === null || typeof schema !== 'object') return schema;
  if (Array.isArray(schema)) return schema.map((each) => inlined(each, definitions));
  const { $ref: ref, ...rest } = schema;
  const named =
    typeof ref === 'string' && ref.startsWith(OWN) ? definitions[ref.slice(OWN.length)] : undefined;
  if (named !== undefined) return inlined(named, definitions);
  return Object.fromEntries(
    Object.entries(ref === undefined ? rest : schema).map(([name, value]) => [
      name,
      inlined(value, definitions),
    ]),
  );
}

/** The schema of a validated class as OpenAPI 3.1 takes it: the same JSON Schema, without its own `$schema`. */
export function openApiSchema(target: abstract new () => object): OpenApiSchema {
  const { $schema: _$schema, $defs: definitions, ...schema } = jsonSchemaOf(target);
  return inlined(schema, Object(definitions) as JsonObject) as OpenApiSchema;
}
