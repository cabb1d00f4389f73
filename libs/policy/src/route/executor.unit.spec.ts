import { describe, expect, it } from '@jest/globals';
import { type JsonObject } from '@tollgate/contracts';
import { diffPolicies } from '../effect/diff-policies.js';
import { showMatrix } from '../effect/show-matrix.js';
import { PolicyInvalidError } from '../compile/policy-invalid-error.js';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { aRequest } from '../testing/a-request.js';
import { resolveRoute } from './resolve-route.js';

const directory = aDirectory({ ann: ['lead'], ben: ['lead'] });
const policyOf = (line: JsonObject) =>
  compiled(
    aPolicy([{ id: 'a', action: 'deploy', riskLevel: '*', environment: '*', decide: 'lead', ...line }]),
    directory,
  );
const request = aRequest({ action: 'deploy', requester: 'zoe', owner: 'zoe' });

describe('the executor of a line', () => {
  it.each<JsonObject>([{}, { decide: 'automation' }])(
    'is whom the route names as the one who redeems: %j',
    (line) => {
      expect(resolveRoute(policyOf({ ...line, executor: 'deployer' }), request).executor).toBe('deployer');
      expect(resolveRoute(policyOf(line), request)).not.toHaveProperty('executor');
    },
  );

  it('is not named where nothing will be released', () => {
    const nobody = compiled(
      aPolicy([
        { id: 'a', action: 'deploy', riskLevel: '*', environment: '*', decide: 'lead', executor: 'deployer' },
      ]),
      aDirectory({ ann: ['lead'] }, ['ann']),
    );
    const route = resolveRoute(nobody, request);
    expect(route.decider).toBe('deny');
    expect(route).not.toHaveProperty('executor');
  });

  it.each<[string, JsonObject, string]>([
    ['a name that no key can have', { executor: 'The Deployer' }, '/policy/matrix/0/executor'],
    ['a path', { executor: 'ci-bot/deployer' }, '/policy/matrix/0/executor'],
    ['a line that denies', { executor: 'deployer', decide: 'deny' }, '/policy/matrix/0/executor'],
  ])('is refused for %s', (_name, line, pointer) => {
    let refused: unknown;
    try {
      policyOf(line);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(PolicyInvalidError);
    expect(refused instanceof PolicyInvalidError ? refused.faults.map((fault) => fault.pointer) : []).toEqual(
      [pointer],
    );
  });

  it('is shown in the matrix, and a change of it as a change of the cell', () => {
    const [before, after] = [policyOf({}), policyOf({ executor: 'deployer' })];
    expect(showMatrix(after).cells[0]?.decider).toMatch(/, to be redeemed by deployer$/);
    const { cells } = diffPolicies(before, after, 100);
    expect(cells.length).toBeGreaterThan(0);
    for (const cell of cells) {
      expect(cell).toMatchObject({ action: 'deploy', effect: 'changed' });
      expect(cell.after).toContain('to be redeemed by deployer');
    }
    expect(diffPolicies(after, policyOf({ executor: 'deployer' }), 100).cells).toEqual([]);
  });
});
