import { describe, expect, it } from '@jest/globals';
import { doorCheck } from './door-check.js';
import { SubmitRequest } from './http/submit-request.js';

const check = doorCheck(SubmitRequest);
const valid = { action: 'deploy_prod', environment: 'production', riskLevel: 'low', reason: 'a new version' };
const faultsOf = (input: unknown) => {
  const checked = check(input);
  return checked.ok ? [] : checked.faults;
};
const nested = (depth: number): unknown => JSON.parse('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));

describe('doorCheck', () => {
  it('gives what it accepts as it came', () => {
    const full = {
      ...valid,
      target: { region: 'us-east' },
      parameters: {},
      onBehalfOf: ['alice'],
      expiresAt: '2026-11-01T10:00:00+01:00',
    };
    expect(check(full)).toEqual({ ok: true, value: full });
  });

  it.each([
    ['a missing field', { action: undefined }, [{ pointer: '/action', detail: 'is required' }]],
    ['a number for a text', { action: 7 }, [{ pointer: '/action', detail: 'must be a string' }]],
    ['null for a text', { action: null }, [{ pointer: '/action', detail: 'must be a string' }]],
    ['null for an optional object', { target: null }, [{ pointer: '/target', detail: 'must be an object' }]],
    ['a list for an object', { target: [] }, [{ pointer: '/target', detail: 'must be an object' }]],
    ['an object for a list', { onBehalfOf: {} }, [{ pointer: '/onBehalfOf', detail: 'must be an array' }]],
    [
      'an unknown value',
      { riskLevel: 'urgent' },
      [{ pointer: '/riskLevel', detail: 'must be one of: low, medium, high, critical' }],
    ],
    ['an unknown field', { 'a/b~c': 1 }, [{ pointer: '/a~1b~0c', detail: 'is not a known field' }]],
    [
      'a text that is too long',
      { reason: 'x'.repeat(4001) },
      [{ pointer: '/reason', detail: 'must be shorter than or equal to 4000 characters' }],
    ],
    [
      'an impossible date',
      { expiresAt: '2026-02-29T10:00:00Z' },
      [
        {
          pointer: '/expiresAt',
          detail: 'must be a date and time with its offset (RFC 3339), like 2026-11-01T10:00:00Z',
        },
      ],
    ],
    [
      'a text that is no name',
      { action: 'rm -rf' },
      [
        {
          pointer: '/action',
          detail:
            'must start with a letter or digit and hold only letters, digits and _ . @ : / -, at most 200 in all',
        },
      ],
    ],
    [
      'items of a list, each for its own reason',
      { onBehalfOf: ['alice', 7, '*'] },
      [
        { pointer: '/onBehalfOf/1', detail: 'must be a string' },
        {
          pointer: '/onBehalfOf/2',
          detail:
            'must start with a letter or digit and hold only letters, digits and _ . @ : / -, at most 200 in all',
        },
      ],
    ],
  ])('refuses %s', (_, change, faults) => {
    expect(faultsOf(JSON.parse(JSON.stringify({ ...valid, ...change })))).toEqual(faults);
  });

  it('names every fault at once', () => {
    expect(
      faultsOf({ ...valid, action: 7, riskLevel: 'urgent', more: 1 })
        .map(({ pointer }) => pointer)
        .toSorted(),
    ).toEqual(['/action', '/more', '/riskLevel']);
  });

  it.each([[null], [[]], ['text'], [7], [undefined]])('refuses %j, which is no object', (input) => {
    expect(faultsOf(input)).toEqual([{ pointer: '', detail: 'must be a JSON object' }]);
  });

  it.each([
    ['half of a surrogate pair', '{"target":{"name":"\\ud800"}}', '/target/name', /well-formed Unicode/],
    ['a name with half of a surrogate pair', '{"target":{"\\udc00":1}}', '/target', /well-formed Unicode/],
    ['a number beyond all bounds', '{"parameters":{"size":1e999}}', '/parameters/size', /too large/],
    [
      'a whole number that is not kept exactly',
      '{"parameters":{"size":9007199254740993}}',
      '/parameters/size',
      /beyond 2\^53/,
    ],
  ])('refuses %s: its hash would not be exact', (_, json, pointer, detail) => {
    expect(faultsOf({ ...valid, ...(JSON.parse(json) as object) })).toEqual([
      { pointer, detail: expect.stringMatching(detail) },
    ]);
  });

  it('refuses what nests without end, however deep', () => {
    expect(faultsOf({ ...valid, target: nested(63) })).toEqual([]);
    expect(faultsOf({ ...valid, target: nested(64) })[0]?.detail).toBe('nests deeper than 64 levels');
    expect(faultsOf({ ...valid, target: nested(200_000) })[0]?.detail).toBe('nests deeper than 64 levels');
  });

  it('is not fooled by a field called like an inherited one', () => {
    expect(
      faultsOf(JSON.parse(`{"__proto__":{"action":"x"},"constructor":1}`)).map(({ pointer }) => pointer),
    ).toEqual(expect.arrayContaining(['/action', '/environment', '/reason', '/riskLevel']));
  });

  it('names a hundred faults at most, and stays quick where there are many', () => {
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`field-${n}`, n]));
    expect(faultsOf({ ...valid, ...many })).toHaveLength(100);
    expect(faultsOf({ ...valid, target: many, action: 7 })).toEqual([
      { pointer: '/action', detail: 'must be a string' },
    ]);
    expect(faultsOf({ ...valid, onBehalfOf: Array.from({ length: 30_000 }, () => 7) })).toEqual([
      { pointer: '/onBehalfOf', detail: 'must contain no more than 50 elements' },
    ]);
  });

  it('never repeats a value', () => {
    const secret = 'hunter2-hunter2';
    const inputs = [
      ...['action', 'environment', 'riskLevel', 'target', 'parameters', 'onBehalfOf', 'expiresAt'].map(
        (field) => ({ ...valid, [field]: `${secret} ?` }),
      ),
      { ...valid, onBehalfOf: [`${secret} ?`] },
      { ...valid, reason: secret.repeat(1000) },
      { ...valid, target: { list: [`${secret}\ud800`] } },
    ];
    for (const input of inputs) {
      const faults = faultsOf(input);
      expect(faults).not.toEqual([]);
      expect(JSON.stringify(faults)).not.toContain(secret);
    }
  });
});
