import {
  type JsonObject,
  jsonSchemaOf,
  type JsonValue,
  NAME_PATTERN,
  RISK_LEVELS,
} from '@tollgate/contracts';
import { CasesDocument } from '../cases/cases-document.js';
import { Calendar, DirectoryDocument, Person } from './directory-document.js';
import { MAX_LINES } from './is-matrix.js';
import { ANY } from './one-or-many.js';
import { Checkpoint, Escalation, GUARDRAIL_KINDS, MatrixLine, PolicyDocument } from './policy-document.js';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const ref = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` });
const byName = (schema: JsonValue): JsonObject => ({
  type: 'object',
  propertyNames: { pattern: NAME_PATTERN.source },
  additionalProperties: schema,
});

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Objects with known fields closed: the files refuse what they do not know. */
function closed(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isObject(schema)) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  return copy['type'] === 'object' && copy['properties'] !== undefined
    ? { ...copy, additionalProperties: false }
    : copy;
}

type Class = abstract new () => object;

/** The schema of a file: that of its class, with the parts that the class leaves to later checks put in. */
function fileSchema(title: string, root: Class, parts: readonly Class[], properties: JsonObject): JsonObject {
  const definitions: JsonObject = {};
  const take = (target: Class): JsonObject => {
    const { $defs, $schema: _dialect, ...schema } = jsonSchemaOf(target);
    if (isObject($defs)) Object.assign(definitions, $defs);
    return schema;
  };
  for (const part of parts) definitions[part.name] = take(part);
  const schema = take(root);
  const known = isObject(schema['properties']) ? schema['properties'] : {};
  const whole = closed({ ...schema, properties: { ...known, ...properties } });
  return {
    $schema: DIALECT,
    title,
    ...(isObject(whole) ? whole : {}),
    $defs: closed(Object.fromEntries(Object.entries(definitions).toSorted(([a], [b]) => (a < b ? -1 : 1)))),
  };
}

/** What `decide` of a line may be, as its class says it. */
const decideSchema = (): JsonObject => {
  const { properties } = jsonSchemaOf(MatrixLine);
  const decide = isObject(properties) ? properties['decide'] : undefined;
  return isObject(decide) ? decide : {};
};

/**
 * JSON Schemas (2020-12) by which editors complete and check the files of a policy, by file name. They say no more than
 * the form; what lint finds beyond it needs both files.
 */
export const editorSchemas = (): Readonly<Record<string, JsonObject>> => {
  const decide = decideSchema();
  const silence = { anyOf: [{ enum: ['deny', 'approve'] }, ref('Escalation')] };
  const policy = fileSchema(
    'Tollgate policy',
    PolicyDocument,
    [MatrixLine, Checkpoint, Escalation, ...Object.values(GUARDRAIL_KINDS)],
    {
      matrix: {
        anyOf: [
          { type: 'array', maxItems: MAX_LINES, items: ref('MatrixLine') },
          byName({
            type: 'object',
            properties: Object.fromEntries([...RISK_LEVELS, ANY].map((risk) => [risk, decide])),
          }),
        ],
      },
      checkpoints: { ...byName(ref('Checkpoint')), required: ['default'] },
      guardrails: {
        type: 'array',
        maxItems: 1000,
        items: { anyOf: Object.values(GUARDRAIL_KINDS).map(({ name }) => ref(name)) },
      },
    },
  );
  const nested = policy['properties'];
  const matrix = isObject(nested) ? nested['matrix'] : undefined;
  const [, short] = isObject(matrix) && Array.isArray(matrix['anyOf']) ? matrix['anyOf'] : [];
  // In the short form an action may be any.
  if (isObject(short))
    short['propertyNames'] = { anyOf: [{ pattern: NAME_PATTERN.source }, { enum: [ANY] }] };
  const definitions = policy['$defs'];
  const checkpoint = isObject(definitions) ? definitions['Checkpoint'] : undefined;
  if (isObject(checkpoint) && isObject(checkpoint['properties']))
    checkpoint['properties']['onSilence'] = silence;
  return {
    'policy.schema.json': policy,
    'directory.schema.json': fileSchema('Tollgate directory', DirectoryDocument, [Person, Calendar], {
      people: byName(ref('Person')),
      calendars: byName(ref('Calendar')),
    }),
    'cases.schema.json': fileSchema('Tollgate policy cases', CasesDocument, [], {}),
  };
};
