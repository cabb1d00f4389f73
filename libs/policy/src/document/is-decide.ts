import { NAME_PATTERN } from '@tollgate/contracts';
import { Allow, ValidateBy } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { MAX_QUORUM_COUNT, MAX_QUORUM_NODES, MAX_QUORUM_WEIGHT } from '../quorum/quorum-limits.js';
import { DecideReader, type QUORUM_FIELDS } from './decide-reader.js';
import { readDecide } from './decide.js';

type Schema = Readonly<Record<string, unknown>>;

const NAME = { type: 'string', pattern: NAME_PATTERN.source } as const;
const NAMES = { role: NAME, group: NAME, person: NAME };
const REF = { $ref: '#/$defs/Quorum' };
const BRANCHES = { type: 'array', minItems: 1, maxItems: MAX_QUORUM_NODES, items: REF };

/** One object that knows all fields, rather than one for each kind: so only what is known nowhere is called unknown. */
const object = (properties: Schema, more: Schema): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...more,
});

const SELECTOR = { anyOf: [NAME, object(NAMES, { minProperties: 1, maxProperties: 1 })] };
const SELECTORS = { anyOf: [SELECTOR, { type: 'array', minItems: 1, items: SELECTOR }] };

const whole = (most: number): Schema => ({ type: 'integer', minimum: 1, maximum: most });
const having = (...fields: string[]): Schema => ({ anyOf: fields.map((field) => ({ required: [field] })) });

const FIELDS: Readonly<Record<(typeof QUORUM_FIELDS)[number], Schema>> = {
  ...NAMES,
  anyOf: { ...BRANCHES, description: 'One of these is enough.' },
  allOf: { ...BRANCHES, description: 'All of these, by different people.' },
  atLeast: {
    ...whole(MAX_QUORUM_COUNT),
    description: 'So many people of one role or group, or so many of a list of branches.',
  },
  majorityOf: { ...SELECTORS, description: 'More than half of all of them, whether they vote or not.' },
  unanimousOf: { ...SELECTORS, description: 'Every one of them.' },
  weighted: {
    type: 'array',
    minItems: 1,
    items: object(
      { ...NAMES, weight: whole(MAX_QUORUM_WEIGHT) },
      { required: ['weight'], minProperties: 2, maxProperties: 2 },
    ),
    description: 'Approvals that weigh as much as the threshold together.',
  },
  stages: {
    ...BRANCHES,
    description: 'All of these by different people, each asked once those before are met.',
  },
};

const ASIDE = {
  of: { anyOf: [REF, BRANCHES], description: 'Of whom it takes so many.' },
  threshold: { ...whole(Number.MAX_SAFE_INTEGER), description: 'What approvals have to weigh together.' },
  samePersonMayCount: { type: 'boolean', description: 'One person may count in several of the branches.' },
  veto: { ...SELECTORS, description: 'One denial by these ends it.' },
  denials: {
    ...whole(MAX_QUORUM_COUNT),
    description: 'How many denials end it; one where it is not said. Only beside the whole quorum.',
  },
};

const QUORUM = {
  description: 'Whose approval it takes: the name of a role, or a quorum (docs/design/quorums.md).',
  anyOf: [
    { ...NAME, description: 'One person of the role of that name.' },
    object(
      { ...FIELDS, ...ASIDE },
      {
        oneOf: Object.keys(FIELDS).map((field) => ({ required: [field] })),
        dependentRequired: {
          atLeast: ['of'],
          of: ['atLeast'],
          weighted: ['threshold'],
          threshold: ['weighted'],
        },
        dependentSchemas: { samePersonMayCount: having('allOf', 'atLeast', 'stages') },
      },
    ),
  ],
};

/** Gives the schema of a quorum its name, by which it refers to itself; nothing is ever an instance of it. */
@JSONSchema(() => QUORUM as ReturnType<Exclude<Parameters<typeof JSONSchema>[0], object>>)
export class Quorum {
  @Allow() readonly role?: string;
}

/**
 * Property decorator: what {@link readDecide} reads. The JSON Schema says the form alone: limits of a quorum, and where
 * in it a fault is, are known to {@link readDecide}.
 */
export function IsDecide(): PropertyDecorator {
  const validate = ValidateBy({
    name: 'isDecide',
    validator: {
      validate: (value: unknown) => readDecide(value).ok,
      defaultMessage: (given) => {
        const reading = readDecide(given?.value);
        const [fault] = reading.ok ? [] : reading.faults;
        const place = fault?.pointer ? `${fault.pointer} ` : '';
        return `$property must be automation, deny, or a quorum: ${place}${fault?.message ?? 'is none'}`;
      },
    },
  });
  const describe = JSONSchema({
    anyOf: [{ enum: ['automation', 'deny'] }, REF],
  } as Parameters<typeof JSONSchema>[0]);
  return (target, property) => {
    validate(target, property);
    describe(target, String(property));
  };
}

/** Property decorator: people by role, group or id: one selector or a list of them; a bare name is a role. */
export function IsSelectors(): PropertyDecorator {
  const firstFault = (value: unknown) => {
    const reader = new DecideReader();
    reader.selectorList(value, '');
    return reader.faults[0];
  };
  const validate = ValidateBy({
    name: 'isSelectors',
    validator: {
      validate: (value: unknown) => firstFault(value) === undefined,
      defaultMessage: (given) => `$property ${firstFault(given?.value)?.message ?? 'must name people'}`,
    },
  });
  const describe = JSONSchema({
    ...SELECTORS,
    description: 'A role, { group: … }, { person: … }, or a list of these.',
  } as unknown as Parameters<typeof JSONSchema>[0]);
  return (target, property) => {
    validate(target, property);
    describe(target, String(property));
  };
}
