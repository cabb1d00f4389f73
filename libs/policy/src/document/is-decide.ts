import { NAME_PATTERN } from '@tollgate/contracts';
import { ValidateBy } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { parseDecide, SELECTOR_KINDS } from './decide.js';

const selector = (kind: string) => ({
  type: 'object',
  required: [kind],
  additionalProperties: false,
  properties: { [kind]: { type: 'string', pattern: NAME_PATTERN.source } },
});

/** Property decorator: what {@link parseDecide} reads. */
export function IsDecide(): PropertyDecorator {
  const validate = ValidateBy({
    name: 'isDecide',
    validator: {
      validate: (value: unknown) => parseDecide(value) !== undefined,
      defaultMessage: () => '$property must be automation, deny, { role: … }, { group: … } or { person: … }',
    },
  });
  const describe = JSONSchema({
    anyOf: [{ enum: ['automation', 'deny'] }, ...SELECTOR_KINDS.map(selector)],
  } as Parameters<typeof JSONSchema>[0]);
  return (target, property) => {
    validate(target, property);
    describe(target, String(property));
  };
}
