import { describe, expect, it } from '@jest/globals';
import { type JsonObject, type JsonValue } from '@tollgate/contracts';
import { aPolicy } from '../testing/a-policy.js';
import { readPolicy } from './check-policy.js';

const line = { id: 'a', action: 'deploy', riskLevel: 'low', environment: 'staging', decide: 'cto' };
const faultsOf = (policy: JsonObject): string[] => {
  const read = readPolicy(policy);
  return read.ok ? [] : read.faults.map(({ pointer, message }) => `${pointer} ${message}`);
};
const withCheckpoints = (checkpoints: JsonObject, matrix: JsonObject[] = [line]) =>
  aPolicy(matrix, { checkpoints: { default: { timeout: 'PT1H', onSilence: 'deny' }, ...checkpoints } });
const next = (checkpoint: string, ask: JsonValue = 'cto') => ({
  timeout: 'PT1H',
  onSilence: { ask, checkpoint },
});

describe('the short form of a matrix', () => {
  const nested = (matrix: JsonObject) => aPolicy([], { matrix });

  it('is a line for each action and risk, the named ones before any', () => {
    const read = readPolicy(
      nested({ '*': { '*': 'deny' }, deploy_ci: { '*': 'cto', low: 'automation', high: { role: 'cto' } } }),
    );
    expect(read.ok ? read.value.lines.map(({ rule, decide }) => [rule, decide.kind]) : read.faults).toEqual([
      ['matrix.deploy_ci.low', 'automation'],
      ['matrix.deploy_ci.high', 'people'],
      ['matrix.deploy_ci.*', 'people'],
      ['matrix.*.*', 'deny'],
    ]);
  });

  it.each<[JsonObject, string]>([
    [{ deploy: 'cto' }, '/matrix/deploy must be deciders by risk, like { low: automation, high: cto }'],
    [
      { deploy: { lo: 'cto' } },
      '/matrix/deploy/lo must be one of low, medium, high, critical, or "*" for those not named',
    ],
    [{ deploy: { low: { rolle: 'cto' } } }, '/matrix/deploy/low must have one of'],
    [{ deploy: { low: { allOf: ['cto', 7] } } }, '/matrix/deploy/low/allOf/1 must be a quorum'],
    [{ 'no name': { low: 'cto' } }, '/matrix/no name/low must be a name, a list of them'],
    [
      { a: { low: 'cto', medium: 'cto', high: 'cto', critical: 'cto', '*': 'deny' } },
      '/matrix/a/* matrix.a.* can never match: all of it is matched before, by matrix.a.low, matrix.a.medium, matrix.a.high and 1 more',
    ],
  ])('has its faults at their place: %j', (matrix, fault) => {
    expect(faultsOf(nested(matrix))).toEqual([expect.stringContaining(fault)]);
  });
});

describe('conditions', () => {
  it.each<[JsonObject, string, number]>([
    [aPolicy([{ ...line, when: 'action == "x" && foo' }]), '/matrix/0/when', 17],
    [aPolicy([line], { risk: [{ id: 'r', when: 'risk ==', raiseTo: 'high' }] }), '/risk/0/when', 6],
    [
      withCheckpoints({ c: { when: 'true && 7', timeout: 'PT1H', onSilence: 'deny' } }),
      '/checkpoints/c/when',
      0,
    ],
  ])('have their faults at a place in their text', (policy, pointer, offset) => {
    const read = readPolicy(policy);
    expect(read.ok ? [] : read.faults).toMatchObject([{ pointer, offset }]);
  });

  it('of risk rules raise: to low is nothing', () => {
    expect(faultsOf(aPolicy([line], { risk: [{ id: 'r', when: 'true', raiseTo: 'low' }] }))).toEqual([
      '/risk/0/raiseTo has no effect: no risk is lower than low',
    ]);
  });
});

describe('checkpoints', () => {
  it.each<[string, JsonObject, string[]]>([
    [
      'a loop',
      { a: next('b'), b: next('a') },
      ['/checkpoints/b/onSilence/checkpoint the escalation never ends: a → b → a'],
    ],
    [
      'a loop to itself',
      { a: next('a') },
      ['/checkpoints/a/onSilence/checkpoint the escalation never ends: a → a'],
    ],
    [
      'a checkpoint that is not there',
      { a: next('b') },
      ['/checkpoints/a/onSilence/checkpoint b is not declared under checkpoints'],
    ],
    [
      'an escalation to nobody',
      { a: next('default', 'automation') },
      ['/checkpoints/a/onSilence/ask must be people; where silence is to be a yes, say onSilence: approve'],
    ],
    [
      'a quorum that is none',
      { a: next('default', { anyOf: [] }) },
      ['/checkpoints/a/onSilence/ask/anyOf must be a list of at least one'],
    ],
    [
      'an unknown field',
      { a: { timeout: 'PT1H', onSilence: { ask: 'cto', checkpoint: 'default', then: 1 } } },
      ['/checkpoints/a/onSilence/then is not a known field'],
    ],
    [
      'a condition of default',
      { default: { when: 'true', timeout: 'PT1H', onSilence: 'deny' } },
      ['/checkpoints/default/when default holds where no other checkpoint does, so it has no condition'],
    ],
    [
      'an escalation under a condition',
      { a: next('b'), b: { when: 'true', timeout: 'PT1H', onSilence: 'deny' } },
      [
        '/checkpoints/a/onSilence/checkpoint b has a condition, which an escalation does not ask: name one without',
      ],
    ],
    [
      'a bad validity',
      { a: { timeout: 'PT1H', onSilence: 'deny', validity: 'soon' } },
      ['/checkpoints/a/validity must be an ISO 8601 duration'],
    ],
    [
      'a silence that is none',
      { a: { timeout: 'PT1H', onSilence: 'later' } },
      ['/checkpoints/a/onSilence must be deny, approve, or { ask: …, checkpoint: … }'],
    ],
    [
      'a name that is none',
      { 'a b': { timeout: 'PT1H', onSilence: 'deny' } },
      ['/checkpoints/a b is not a name'],
    ],
  ])('refuse %s', (_, checkpoints, faults) => {
    expect(faultsOf(withCheckpoints(checkpoints))).toEqual(
      faults.map((fault) => expect.stringContaining(fault)),
    );
  });

  it('escalate at most 20 steps', () => {
    const chain = (steps: number) =>
      Object.fromEntries(
        Array.from({ length: steps - 1 }, (_, n) => [
          `c${n}`,
          next(n === steps - 2 ? 'default' : `c${n + 1}`),
        ]),
      );
    expect(faultsOf(withCheckpoints(chain(20)))).toEqual([]);
    expect(faultsOf(withCheckpoints(chain(21)))).toEqual([
      '/checkpoints/c0/onSilence the escalation has more than 20 steps',
    ]);
  });

  it('of a line are reached', () => {
    const checkpoints = {
      a: { timeout: 'PT1H', onSilence: 'deny' },
      b: { timeout: 'PT1H', onSilence: 'deny' },
    };
    expect(faultsOf(withCheckpoints(checkpoints, [{ ...line, checkpoint: ['a', 'b'] }]))).toEqual([
      '/matrix/0/checkpoint/1 is never reached: a before it has no condition',
    ]);
  });
});

describe('silence that approves', () => {
  const silent = { timeout: 'PT1H', onSilence: 'approve' };

  it.each<[string, JsonObject, JsonObject]>([
    ['high risk', { riskLevel: ['low', 'high'], checkpoint: 'silent' }, { silent }],
    ['critical risk', { riskLevel: 'critical', checkpoint: 'silent' }, { silent }],
    ['any risk', { riskLevel: '*', checkpoint: 'silent' }, { silent }],
    ['production', { environment: ['staging', 'production'], checkpoint: 'silent' }, { silent }],
    ['Production', { environment: 'Production', checkpoint: 'silent' }, { silent }],
    ['any environment', { environment: '*', checkpoint: 'silent' }, { silent }],
    ['production by default', { environment: 'production' }, { default: silent }],
    [
      'production where no other checkpoint holds',
      { environment: 'production', checkpoint: 'c' },
      { default: silent, c: { when: 'has(target.x)', timeout: 'PT1H', onSilence: 'deny' } },
    ],
    [
      'production in the end',
      { environment: 'production', checkpoint: 'first' },
      { silent, first: next('second'), second: next('silent') },
    ],
  ])('is refused for %s', (_, given, checkpoints) => {
    const faults = faultsOf(withCheckpoints(checkpoints, [{ ...line, ...given }]));
    expect(faults).toEqual([expect.stringMatching(/^\/matrix\/0\/.*there silence is never a yes$/)]);
  });

  it('is taken at low and medium risk elsewhere, and where nobody uses it', () => {
    expect(
      faultsOf(
        withCheckpoints({ silent }, [{ ...line, riskLevel: ['low', 'medium'], checkpoint: 'silent' }]),
      ),
    ).toEqual([]);
    expect(faultsOf(withCheckpoints({ silent }, [{ ...line, environment: '*' }]))).toEqual([]);
  });
});
