import { expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsString, ValidateNested } from 'class-validator';
import { RequestWithdrawn } from './events/request.js';
import { jsonSchemaOf } from './json-schema.js';

it('writes a timestamp as one format, not as a choice of two', () => {
  expect(jsonSchemaOf(RequestWithdrawn)).toMatchObject({
    properties: { withdrawnAt: { type: 'string', format: 'date-time' } },
  });
});

it('takes along what a class refers to', () => {
  class Wheel {
    @IsString() name!: string;
  }
  class Cart {
    @ValidateNested() @Type(() => Wheel) wheel!: Wheel;
  }
  expect(jsonSchemaOf(Cart)).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['wheel'],
    properties: { wheel: { $ref: '#/$defs/Wheel' } },
    $defs: { Wheel: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
  });
});

it('refuses two classes of one name, which would silently become one schema', () => {
  const make = () => {
    class Twin {
      @IsString() name!: string;
    }
    return Twin;
  };
  const One = make();
  make();
  expect(() => jsonSchemaOf(One)).toThrow('two validated classes are called Twin: rename one');
});
