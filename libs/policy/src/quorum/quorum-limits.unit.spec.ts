import { describe, expect, it } from '@jest/globals';
import { type QuorumExpression } from '@tollgate/contracts';
import fc from 'fast-check';
import { canBeMet, holdsWithout } from './can-be-met.js';
import { evaluateQuorum } from './evaluate-quorum.js';
import { quorumFaults } from './read-quorum.js';
import { UnknownQuorumError } from './unknown-quorum-error.js';

const one = (from = 'role:a'): QuorumExpression => ({ kind: 'one', from });
const times = <T>(many: number, of: (index: number) => T): T[] =>
  Array.from({ length: many }, (_, index) => of(index));
const nested = (depth: number): unknown => (depth === 1 ? one() : { kind: 'any', of: [nested(depth - 1)] });
const any = (of: unknown): unknown => ({ kind: 'any', of });
const either = (many: number): unknown => any(times(many, () => one()));
const weighted = { kind: 'weighted', threshold: 2, of: [{ from: 'role:a', weight: 1 }] };
const all = (of: unknown[], more = {}): unknown => ({ kind: 'all', of, ...more });

const faulty: [string, unknown, string, RegExp][] = [
  ['nothing', null, '', /must be a quorum/],
  ['a text', 'role:a', '', /must be a quorum/],
  ['a list', [one()], '', /must be a quorum/],
  ['no kind', {}, '', /kind/],
  ['a foreign kind', { kind: 'most', of: [] }, '', /kind/],
  ['a kind of every object', { kind: 'toString' }, '', /kind/],
  ['a foreign kind within', any([one(), { kind: 'most' }]), '/of/1', /kind/],
  ['a foreign field', { ...one(), within: 'PT1H' }, '', /field that this version does not know/],
  ['no selector', { kind: 'one' }, '/from', /must name/],
  ['a foreign selector', one('team:a'), '/from', /must name/],
  ['a selector without a name', one('role:'), '/from', /must name/],
  ['no branches', any([]), '/of', /at least one/],
  ['branches that are none', any('ab'), '/of', /at least one/],
  ['people of nobody', { kind: 'people', count: 1, from: [] }, '/from', /at least one/],
  ['no people', { kind: 'people', count: 0, from: ['role:a'] }, '/count', /from 1 to 200/],
  ['half a person', { kind: 'people', count: 1.5, from: ['role:a'] }, '/count', /from 1 to 200/],
  ['a number as text', { kind: 'people', count: '2', from: ['role:a'] }, '/count', /from 1 to 200/],
  ['too many people', { kind: 'people', count: 201, from: ['role:a'] }, '/count', /from 1 to 200/],
  ['more than the branches', { kind: 'atLeast', count: 3, of: [one(), one()] }, '/count', /branches \(2\)/],
  ['samePerson: false', all([one()], { samePerson: false }), '/samePerson', /true/],
  ['denials within', any([{ kind: 'denials', count: 1, in: one() }]), '/of/0', /whole quorum/],
  [
    'denials twice',
    { kind: 'denials', count: 1, in: { kind: 'denials', count: 1, in: one() } },
    '/in',
    /whole/,
  ],
  ['no weight', { ...weighted, of: [{ from: 'role:a', weight: 0 }] }, '/of/0/weight', /from 1 to 1000/],
  ['a heavy weight', { ...weighted, of: [{ from: 'role:a', weight: 1001 }] }, '/of/0/weight', /1000/],
  ['a weight with more', { ...weighted, of: [{ from: 'role:a', weight: 1, of: 1 }] }, '/of/0', /its weight/],
  ['no threshold', { ...weighted, threshold: undefined }, '/threshold', /from 1/],
  [
    'a threshold beyond reach',
    { kind: 'weighted', threshold: 4, of: [{ from: 'person:a', weight: 3 }] },
    '/threshold',
    /more than all who are named can weigh together \(3\)/,
  ],
  ['17 levels', nested(17), '/of/0'.repeat(16), /deeper than 16/],
  [
    'a million levels',
    times(1_000_000, () => 0).reduce<unknown>((inner) => any([inner]), one()),
    '/of/0'.repeat(16),
    /deeper/,
  ],
  ['65 nodes', either(64), '', /more than 64 nodes/],
  ['a million branches', either(1_000_000), '', /more than 64 nodes/],
  ['a million selectors', { kind: 'majority', from: times(1_000_000, () => 'role:a') }, '', /256 selectors/],
  [
    '257 selectors',
    all(times(2, (i) => ({ kind: 'majority', from: times(128 + i, () => 'role:a') }))),
    '',
    /256/,
  ],
  ['257 ways', all([either(7), either(7), either(7)]), '', /256 ways/],
  [
    'as many ways as there are subsets',
    { kind: 'atLeast', count: 30, of: times(60, () => one()) },
    '',
    /256 ways/,
  ],
  ['many ways, each by itself', any(times(2, () => all([either(5), either(5), either(6)]))), '', /256 ways/],
  ['two weights at once', all([weighted, any([one(), weighted])]), '', /two weights/],
  [
    'a majority that may share people among distinct ones',
    all([one(), all([one(), { kind: 'majority', from: ['role:a'] }], { samePerson: true })]),
    '/of/1',
    /same person count within/,
  ],
  [
    'a weight that may share people among distinct ones',
    all([one(), all([weighted, one()], { samePerson: true })]),
    '/of/1',
    /same person count within/,
  ],
  [
    'too many people who may be the same',
    all([
      one(),
      all(
        times(7, () => one()),
        { samePerson: true },
      ),
    ]),
    '/of/1',
    /256 ways/,
  ],
];

const sound: [string, unknown][] = [
  ['16 levels', nested(16)],
  ['64 nodes', either(63)],
  ['256 selectors', { kind: 'majority', from: times(256, () => 'role:a') }],
  ['252 ways', all([either(6), either(6), either(7)])],
  ['two weights, either of them', all([one(), any([weighted, weighted])])],
  ['two weights, where the same person may count', all([weighted, weighted], { samePerson: true })],
  [
    'a majority where the same person may count',
    all([one(), { kind: 'majority', from: ['role:a'] }], { samePerson: true }),
  ],
  [
    'people who may be the same among distinct ones',
    all([
      one(),
      all(
        times(6, () => one()),
        { samePerson: true },
      ),
    ]),
  ],
  ['a threshold for a role of many', { ...weighted, threshold: 200 }],
];

describe('the limits of a quorum', () => {
  it.each(faulty)('refuse %s', (_, quorum, pointer, message) => {
    expect(quorumFaults(quorum)).toContainEqual({ pointer, message: expect.stringMatching(message) });
  });

  it.each(faulty)('never let %s be evaluated', (_, foreign) => {
    const quorum = foreign as QuorumExpression;
    const ann = [{ person: 'ann', via: ['role:a'] }];
    expect(() => evaluateQuorum(quorum, ann, [])).toThrow(UnknownQuorumError);
    expect(() => canBeMet(quorum, ann)).toThrow(UnknownQuorumError);
    expect(() => holdsWithout(quorum, ann, 'ann')).toThrow(UnknownQuorumError);
  });

  it.each(sound)('take %s', (_, quorum) => {
    expect(quorumFaults(quorum)).toEqual([]);
  });

  it('name every fault', () => {
    expect(
      quorumFaults(any([one('x'), { kind: 'people', count: 0, from: [] }])).map(({ pointer }) => pointer),
    ).toEqual(['/of/0/from', '/of/1/count', '/of/1/from']);
  });

  it('let the largest quorums of the largest steps be evaluated, after every fiftieth vote', () => {
    const roles = times(20, (index) => `role:${index}`);
    const some = (seed: number, count: number): unknown => ({
      kind: 'people',
      count,
      from: times(3, (index) => roles[(seed * 7 + index * 11) % 20]),
    });
    const largest = {
      kind: 'stages',
      of: [
        ...times(8, (index) => any([some(index, 5), some(index + 3, 6)])),
        ...times(30, (index) => some(index, 3)),
        {
          kind: 'weighted',
          threshold: 200,
          of: roles.map((from, index) => ({ from, weight: index + 1 })),
        },
      ],
    } as QuorumExpression;
    const approvers = times(200, (index) => ({
      person: `p${index}`,
      via: roles.filter((_, bit) => ((index * 2_654_435_761) >>> bit) % 4 === 0),
    }));
    const states = times(5, (part) =>
      evaluateQuorum(
        largest,
        approvers,
        approvers.slice(0, part * 50).map(({ person }) => ({ person, verdict: 'approve' as const })),
      ),
    ).map(({ state }) => state);
    expect(states[0]).toBe('open');
    expect(states[4]).toBe('approved');
  });

  it('let nothing of an event throw anything else', () => {
    const kinds = fc.constantFrom('one', 'people', 'weighted', 'any', 'all', 'atLeast', 'veto', 'denials');
    const fields = fc.constantFrom('kind', 'from', 'of', 'in', 'by', 'count', 'threshold', 'samePerson');
    const foreign = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(fc.constantFrom('role:a', 1, 2, true, null), fc.string()),
        fc.array(tie('node'), { maxLength: 3 }),
        fc
          .tuple(kinds, fc.dictionary(fields, tie('node'), { maxKeys: 4 }))
          .map(([kind, rest]) => ({ kind, ...rest })),
      ),
    })).node;
    const evaluated = (quorum: unknown): string => {
      try {
        return evaluateQuorum(quorum as QuorumExpression, [{ person: 'ann', via: ['role:a'] }], []).state;
      } catch (error) {
        if (error instanceof UnknownQuorumError) return 'refused';
        throw error;
      }
    };
    fc.assert(
      fc.property(foreign, (quorum) => {
        expect(['open', 'denied', 'refused']).toContain(evaluated(quorum));
        expect(quorumFaults(quorum).length > 0).toBe(evaluated(quorum) === 'refused');
      }),
      { numRuns: 2000 },
    );
  });
});
