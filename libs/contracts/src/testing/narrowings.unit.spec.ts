import { describe, expect, it } from '@jest/globals';
import { type JsonObject } from '../json.js';
import { narrowings } from './narrowings.js';

const before: JsonObject = {
  type: 'object',
  required: ['a'],
  properties: {
    a: { type: 'string', maxLength: 10 },
    b: { type: 'string', enum: ['x', 'y'] },
    list: { type: 'array', items: { $ref: '#/$defs/Item' } },
  },
  $defs: { Item: { type: 'object', properties: { n: { type: 'integer', minimum: 0 } } } },
};
const after = (change: (schema: Record<string, never>) => void): JsonObject => {
  const schema = structuredClone(before);
  change(schema as Record<string, never>);
  return schema;
};
type Loose = {
  required: string[];
  properties: Record<string, JsonObject>;
  $defs: { Item: { required?: string[]; properties: Record<string, JsonObject> } };
};
const changed = (change: (schema: Loose) => void) =>
  narrowings(
    before,
    after((schema) => change(schema as unknown as Loose)),
  );

describe('narrowings', () => {
  it.each<[string, (schema: Loose) => void, string[]]>([
    ['a new required field', (s) => s.required.push('b'), ['(the event): b is required now']],
    [
      'a new required field of a part',
      (s) => (s.$defs.Item.required = ['n']),
      ['/list/*: n is required now'],
    ],
    [
      'a value that is gone',
      (s) => (s.properties['b'] = { type: 'string', enum: ['x'] }),
      ['/b: y is allowed no more'],
    ],
    [
      'a shorter text',
      (s) => (s.properties['a'] = { type: 'string', maxLength: 9 }),
      ['/a: maxLength shrank'],
    ],
    [
      'a bound where there was none',
      (s) => (s.properties['b'] = { type: 'string', enum: ['x', 'y'], minLength: 1 }),
      ['/b: minLength grew'],
    ],
    ['another type', (s) => (s.properties['a'] = { type: 'integer' }), ['/a: type changed']],
    [
      'a new pattern',
      (s) => (s.properties['a'] = { type: 'string', pattern: '^x' }),
      ['/a: pattern changed'],
    ],
    [
      'a higher minimum in a part',
      (s) => (s.$defs.Item.properties['n'] = { type: 'integer', minimum: 1 }),
      ['/list/*/n: minimum grew'],
    ],
  ])('finds %s', (_, change, expected) => {
    expect(changed(change)).toEqual(expected);
  });

  it.each<[string, (schema: Loose) => void]>([
    ['nothing', () => undefined],
    ['a new optional field', (s) => (s.properties['c'] = { type: 'string' })],
    ['a new value', (s) => (s.properties['b'] = { type: 'string', enum: ['x', 'y', 'z'] })],
    ['a field that is optional now', (s) => (s.required = [])],
    ['a longer text', (s) => (s.properties['a'] = { type: 'string', maxLength: 11 })],
    ['a field that is gone', (s) => void delete s.properties['b']],
  ])('does not mind %s', (_, change) => {
    expect(changed(change)).toEqual([]);
  });
});
