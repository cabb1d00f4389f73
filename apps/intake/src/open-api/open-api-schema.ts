import { jsonSchemaOf } from '@tollgate/contracts';
import { type ApiBodyOptions } from '@nestjs/swagger';

type OpenApiSchema = Extract<ApiBodyOptions, { schema: unknown }>['schema'];

/** The schema of a validated class as OpenAPI 3.1 takes it: the same JSON Schema, without its own `$schema`. */
export function openApiSchema(target: abstract new () => object): OpenApiSchema {
  const { $schema: _$schema, ...schema } = jsonSchemaOf(target);
  return schema as OpenApiSchema;
}
