import { NAME_PATTERN } from '@tollgate/contracts';
import { ValidateBy } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';

/** Stands in a policy for "whatever the request says". */
export const ANY = '*';

/** What a line of the matrix says of one property of a request: a value, a list of values, or any. */
export type OneOrMany<Value extends string = string> = Value | Value[] | typeof ANY;

/**
 * Property decorator: a value, a list of at least one, or `*`.
 * @param values the values that there are; without it any name will do
 */
export function IsOneOrMany(values?: readonly string[]): PropertyDecorator {
  const isValue = (value: unknown): boolean =>
    typeof value === 'string' && (values === undefined ? NAME_PATTERN.test(value) : values.includes(value));
  const item =
    values === undefined ? { type: 'string', pattern: NAME_PATTERN.source } : { enum: [...values] };
  const words = values === undefined ? 'a name' : values.join(', ');
  const validate = ValidateBy({
    name: 'isOneOrMany',
    validator: {
      validate: (value: unknown) =>
        value === ANY || isValue(value) || (Array.isArray(value) && value.length > 0 && value.every(isValue)),
      defaultMessage: () =>
        `$property must be ${values === undefined ? words : `one of ${words}`}, a list of them, or "*" for any`,
    },
  });
  const describe = JSONSchema({
    anyOf: [{ enum: [ANY] }, item, { type: 'array', minItems: 1, items: item }],
  } as Parameters<typeof JSONSchema>[0]);
  return (target, property) => {
    validate(target, property);
    describe(target, String(property));
  };
}

/** Property decorator: a name, or a list of at least one and at most ten. */
export function IsNameOrNames(): PropertyDecorator {
  const isName = (value: unknown): boolean => typeof value === 'string' && NAME_PATTERN.test(value);
  const item = { type: 'string', pattern: NAME_PATTERN.source };
  const validate = ValidateBy({
    name: 'isNameOrNames',
    validator: {
      validate: (value: unknown) =>
        isName(value) ||
        (Array.isArray(value) && value.length > 0 && value.length <= 10 && value.every(isName)),
      defaultMessage: () => '$property must be a name or a list of one to ten names',
    },
  });
  const describe = JSONSchema({
    anyOf: [item, { type: 'array', minItems: 1, maxItems: 10, items: item }],
  } as Parameters<typeof JSONSchema>[0]);
  return (target, property) => {
    validate(target, property);
    describe(target, String(property));
  };
}
