import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { iJsonFault } from './checks/i-json-fault.js';
import { canonicalJson, contentHash, type RequestContent } from './content-hash.js';
import { type JsonObject, type JsonValue } from './json.js';

const json = fc
  .jsonValue({ maxDepth: 4 })
  .filter((value) => iJsonFault(value) === undefined) as fc.Arbitrary<JsonValue>;
const object = fc.dictionary(fc.string(), json, { maxKeys: 8 }) as fc.Arbitrary<JsonObject>;
const content: fc.Arbitrary<RequestContent> = fc.record({
  action: fc.string(),
  environment: fc.string(),
  target: object,
  parameters: object,
});

/** The same value with the fields of every object in the opposite order. */
function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, inner]) => [name, reversed(inner)]),
  );
}

describe('contentHash', () => {
  it('is the SHA-256 of the JCS form', () => {
    // printf '%s' '{"action":"a","environment":"e","parameters":{},"target":{}}' | sha256sum
    expect(contentHash({ action: 'a', environment: 'e', target: {}, parameters: {} })).toBe(
      '8cec0eb87925556d6163616d8d3e461ac22a2e9200238389b476b5a3ef45d916',
    );
  });

  it('does not depend on the order of fields', () => {
    fc.assert(
      fc.property(content, (one) => {
        expect(contentHash(reversed(one as unknown as JsonValue) as unknown as RequestContent)).toBe(
          contentHash(one),
        );
      }),
    );
  });

  it('survives the wire', () => {
    fc.assert(
      fc.property(content, (one) => {
        expect(contentHash(JSON.parse(JSON.stringify(one)) as RequestContent)).toBe(contentHash(one));
      }),
    );
  });

  it('differs where the content differs', () => {
    fc.assert(
      fc.property(content, content, (one, other) => {
        expect(contentHash(one) === contentHash(other)).toBe(canonicalJson(one) === canonicalJson(other));
      }),
    );
    expect(contentHash({ action: 'a', environment: 'e', target: { x: 1 }, parameters: {} })).not.toBe(
      contentHash({ action: 'a', environment: 'e', target: {}, parameters: { x: 1 } }),
    );
  });

  it('has nothing to do with what else a request holds', () => {
    const one = { action: 'a', environment: 'e', target: {}, parameters: {} };
    expect(contentHash({ ...one, reason: 'changed' } as RequestContent)).toBe(contentHash(one));
  });
});

describe('canonicalJson', () => {
  it('writes the example of RFC 8785, 3.2.2 and 3.2.3', () => {
    const example = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    ) as JsonValue;
    expect(canonicalJson(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it.each([[undefined], [Number.POSITIVE_INFINITY], [{ a: Number.NaN }], ['\ud800']])(
    'refuses what has no exact form',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(Error);
    },
  );
});
