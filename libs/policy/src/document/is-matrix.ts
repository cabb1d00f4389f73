import { ValidateBy } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';

/** The most lines a matrix may have. */
export const MAX_LINES = 10_000;

const isObject = (value: unknown): value is object =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function check(name: string, validate: (value: unknown) => boolean, message: string, schema: object) {
  const decorators = [
    ValidateBy({ name, validator: { validate, defaultMessage: () => message } }),
    JSONSchema(schema as Parameters<typeof JSONSchema>[0]),
  ];
  return (target: object, property: string | symbol): void => {
    for (const decorator of decorators) decorator(target, String(property));
  };
}

/** Property decorator: a list of lines or the short form; each line is checked by itself. */
export const IsMatrix = (): PropertyDecorator =>
  check(
    'isMatrix',
    (value) => (Array.isArray(value) ? value.length <= MAX_LINES && value.every(isObject) : isObject(value)),
    `$property must be a list of at most ${MAX_LINES} lines, or deciders by action and risk`,
    { anyOf: [{ type: 'array', maxItems: MAX_LINES, items: { type: 'object' } }, { type: 'object' }] },
  );

/** Property decorator: what silence means; who is asked next is checked by itself. */
export const IsSilence = (): PropertyDecorator =>
  check(
    'isSilence',
    (value) => value === 'deny' || value === 'approve' || isObject(value),
    '$property must be deny, approve, or { ask: …, checkpoint: … }',
    { anyOf: [{ enum: ['deny', 'approve'] }, { type: 'object' }] },
  );
