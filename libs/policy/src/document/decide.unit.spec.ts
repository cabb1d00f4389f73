import { describe, expect, it } from '@jest/globals';
import { doorCheck } from '@tollgate/contracts';
import fc from 'fast-check';
import { parseDecide, readDecide, selectorsOf } from './decide.js';
import { IsDecide } from './is-decide.js';

class Decided {
  @IsDecide() decide!: unknown;
}
const checkDecided = doorCheck(Decided);
const a = { kind: 'one', from: 'role:a' };
const b = { kind: 'one', from: 'group:b' };

describe('readDecide', () => {
  it.each(['automation', 'deny'])('takes %s', (kind) => {
    expect(parseDecide(kind)).toEqual({ kind });
  });

  it.each<[unknown, object]>([
    ['a', a],
    [{ role: 'a' }, a],
    [{ role: 'automation' }, { kind: 'one', from: 'role:automation' }],
    [{ group: 'b' }, b],
    [{ person: 'erin' }, { kind: 'one', from: 'person:erin' }],
    [{ anyOf: ['a', { group: 'b' }] }, { kind: 'any', of: [a, b] }],
    [{ allOf: ['a', { group: 'b' }] }, { kind: 'all', of: [a, b] }],
    [
      { allOf: ['a', 'a'], samePersonMayCount: false },
      { kind: 'all', of: [a, a] },
    ],
    [
      { allOf: ['a', 'a'], samePersonMayCount: true },
      { kind: 'all', of: [a, a], samePerson: true },
    ],
    [
      { atLeast: 2, of: 'a' },
      { kind: 'people', count: 2, from: ['role:a'] },
    ],
    [
      { atLeast: 2, of: { group: 'b' } },
      { kind: 'people', count: 2, from: ['group:b'] },
    ],
    [
      { atLeast: 2, of: { anyOf: ['a', { group: 'b' }] } },
      { kind: 'people', count: 2, from: ['role:a', 'group:b'] },
    ],
    [
      { atLeast: 1, of: ['a', { group: 'b' }] },
      { kind: 'atLeast', count: 1, of: [a, b] },
    ],
    [{ majorityOf: 'a' }, { kind: 'majority', from: ['role:a'] }],
    [{ unanimousOf: ['a', { group: 'b' }] }, { kind: 'unanimous', from: ['role:a', 'group:b'] }],
    [
      {
        weighted: [
          { role: 'a', weight: 2 },
          { person: 'erin', weight: 1 },
        ],
        threshold: 3,
      },
      {
        kind: 'weighted',
        threshold: 3,
        of: [
          { from: 'role:a', weight: 2 },
          { from: 'person:erin', weight: 1 },
        ],
      },
    ],
    [
      { stages: [{ atLeast: 2, of: 'a' }, { group: 'b' }] },
      { kind: 'stages', of: [{ kind: 'people', count: 2, from: ['role:a'] }, b] },
    ],
    [
      { anyOf: [{ role: 'a', veto: { group: 'b' } }], denials: 2 },
      { kind: 'denials', count: 2, in: { kind: 'any', of: [{ kind: 'veto', by: ['group:b'], in: a }] } },
    ],
    [
      { role: 'a', veto: [{ group: 'b' }, 'c'], denials: 2 },
      { kind: 'denials', count: 2, in: { kind: 'veto', by: ['group:b', 'role:c'], in: a } },
    ],
  ])('takes %j', (yaml, quorum) => {
    expect(parseDecide(yaml)).toEqual({ kind: 'people', quorum });
    expect(checkDecided({ decide: yaml })).toMatchObject({ ok: true });
  });

  it.each<[unknown, string, RegExp]>([
    [null, '', /must be a quorum/],
    ['not a name', '', /name of a role/],
    [{}, '', /must have one of role, group/],
    [{ roles: 'a' }, '', /must have one of/],
    [{ role: 'a', group: 'b' }, '', /only one of role, group/],
    [{ role: 'a', of: 'b' }, '/of', /not a known field beside role/],
    [{ role: 'a', samePersonMayCount: true }, '/samePersonMayCount', /not a known field/],
    [{ role: 7 }, '/role', /name of a role/],
    [{ anyOf: [] }, '/anyOf', /at least one/],
    [{ anyOf: 'a' }, '/anyOf', /list/],
    [{ anyOf: ['a', 'deny'] }, '/anyOf/1', /decide alone/],
    [{ anyOf: ['a', { allOf: ['b', { person: '' }] }] }, '/anyOf/1/allOf/1/person', /name of a person/],
    [{ anyOf: [{ role: 'a', denials: 2 }] }, '/anyOf/0/denials', /whole quorum/],
    [{ allOf: ['a'], samePersonMayCount: 'yes' }, '/samePersonMayCount', /true or false/],
    [{ atLeast: 2 }, '', /of is missing/],
    [{ atLeast: '2', of: 'a' }, '/atLeast', /whole number/],
    [{ atLeast: 3, of: ['a', 'b'] }, '', /branches \(2\)/],
    [{ anyOf: ['a', { atLeast: 3, of: ['a', 'b'] }] }, '/anyOf/1', /branches \(2\)/],
    [{ atLeast: 2, of: { allOf: ['a', 'b'] } }, '/of', /must be a role/],
    [{ atLeast: 2, of: 'a', samePersonMayCount: true }, '/samePersonMayCount', /no effect/],
    [{ weighted: [], threshold: 1 }, '/weighted', /at least one/],
    [{ weighted: [{ role: 'a', weight: 2 }] }, '/threshold', /whole number/],
    [{ weighted: [{ role: 'a' }], threshold: 1 }, '/weighted/0/weight', /whole number/],
    [{ weighted: [{ weight: 1 }], threshold: 1 }, '/weighted/0', /\{ role/],
    [{ weighted: ['a'], threshold: 1 }, '/weighted/0', /weight: 2/],
    [{ weighted: [{ person: 'a', weight: 1 }], threshold: 2 }, '', /can weigh together/],
    [{ role: 'a', veto: [] }, '/veto', /at least one/],
    [{ role: 'a', veto: { anyOf: ['b'] } }, '/veto', /\{ role/],
    [{ role: 'a', denials: 0 }, '/denials', /whole number/],
    [{ stages: ['a', { allOf: Array.from({ length: 70 }, () => 'a') }] }, '', /more than 64/],
  ])('refuses %j, and says where', (yaml, pointer, message) => {
    const reading = readDecide(yaml);
    expect(reading).toMatchObject({ ok: false });
    expect(reading.ok ? [] : reading.faults).toContainEqual({
      pointer,
      message: expect.stringMatching(message),
    });
  });

  it('refuses what nests without end', () => {
    let deep: unknown = 'a';
    for (let level = 0; level < 50_000; level += 1) deep = { anyOf: [deep] };
    expect(readDecide(deep)).toMatchObject({ ok: false });
  });

  it('says where each role, group and person stands', () => {
    const reading = readDecide({
      stages: [
        'a',
        { weighted: [{ role: 'a', weight: 1 }], threshold: 1 },
        { atLeast: 1, of: { group: 'b' } },
      ],
      veto: { person: 'erin' },
    });
    expect(reading.ok && reading.selectors).toEqual([
      { selector: 'role:a', pointer: '/stages/0' },
      { selector: 'role:a', pointer: '/stages/1/weighted/0/role' },
      { selector: 'group:b', pointer: '/stages/2/of/group' },
      { selector: 'person:erin', pointer: '/veto/person' },
    ]);
    const decide = reading.ok ? reading.decide : undefined;
    expect(decide?.kind === 'people' ? selectorsOf(decide.quorum) : []).toEqual([
      'role:a',
      'group:b',
      'person:erin',
    ]);
  });
});

describe('the JSON Schema of a decide', () => {
  const soup = fc.letrec<{ node: unknown }>((tie) => {
    const list = fc.array(tie('node'), { maxLength: 3 });
    const selector = fc.oneof(
      fc.constantFrom('a', 'automation', ''),
      fc.record({ role: fc.constant('a') }),
      fc.record({ group: fc.constant('b'), person: fc.constant('c') }, { requiredKeys: ['group'] }),
    );
    const aside = { veto: fc.oneof(selector, fc.array(selector)), denials: fc.nat({ max: 2 }) };
    const node = (
      required: Record<string, fc.Arbitrary<unknown>>,
      more: Record<string, fc.Arbitrary<unknown>> = {},
    ) =>
      fc.record<Record<string, unknown>>(
        { ...required, ...more, ...aside },
        { requiredKeys: Object.keys(required) },
      );
    const same = { samePersonMayCount: fc.constantFrom<unknown>(true, false, 1) };
    return {
      node: fc.oneof(
        { maxDepth: 3 },
        { weight: 3, arbitrary: selector },
        node({ role: fc.constant('a') }),
        node({ anyOf: list }),
        node({ allOf: list }, same),
        node({ stages: list }, same),
        node({ atLeast: fc.integer({ min: 0, max: 3 }), of: fc.oneof(list, tie('node')) }, same),
        node({ majorityOf: fc.oneof(selector, fc.array(selector)) }),
        node({
          weighted: fc.array(fc.record({ role: fc.constant('a'), weight: fc.integer({ min: 0, max: 3 }) })),
          threshold: fc.integer({ min: 0, max: 3 }),
        }),
      ),
    };
  }).node;

  it('refuses nothing that can be read', () => {
    let read = 0;
    fc.assert(
      fc.property(soup, (decide) => {
        if (!readDecide(decide).ok) return;
        read += 1;
        expect(checkDecided({ decide })).toEqual({ ok: true, value: { decide } });
      }),
      { numRuns: 1000 },
    );
    expect(read).toBeGreaterThan(10);
  });

  it('lets a refusal name the place', () => {
    expect(checkDecided({ decide: { anyOf: ['a', { allOf: [] }] } })).toMatchObject({
      ok: false,
      faults: [
        {
          pointer: '/decide',
          detail: expect.stringContaining('/anyOf/1/allOf must be a list of at least one'),
        },
      ],
    });
  });
});
