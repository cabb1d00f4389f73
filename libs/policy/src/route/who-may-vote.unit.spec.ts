import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { aRequest } from '../testing/a-request.js';
import { resolveRoute } from './resolve-route.js';

it('never asks somebody in any step who has a part in the request, or is not active', () => {
  const names = ['ann', 'ben', 'cat', 'dan', 'eve'];
  const roles = fc.subarray(['a', 'b', 'c']);
  const selector = fc.constantFrom('a', 'b', 'c');
  const decide = fc.oneof(
    selector,
    fc.record({ anyOf: fc.array(selector, { minLength: 1, maxLength: 3 }) }),
    fc.record({ majorityOf: fc.array(selector, { minLength: 1, maxLength: 2 }) }),
    fc.record({ veto: selector, role: selector }),
  );
  const anybody = fc.constantFrom(...names, 'BEN', 'cat@example.test', 'somebody');
  fc.assert(
    fc.property(
      fc.tuple(roles, roles, roles, roles, roles),
      fc.subarray(names),
      decide,
      decide,
      fc.record({ requester: anybody, owner: anybody, onBehalfOf: fc.array(anybody, { maxLength: 2 }) }),
      (held, inactive, first, next, involved) => {
        const dir = aDirectory(
          { ...Object.fromEntries(names.map((name, n) => [name, held[n] ?? []])), zoe: ['a', 'b', 'c'] },
          inactive,
        );
        const checkpoints = {
          default: { timeout: 'PT1H', onSilence: { ask: next, checkpoint: 'end' } },
          end: { timeout: 'PT1H', onSilence: 'deny' },
        };
        const line = { action: 'deploy_prod', riskLevel: '*', environment: '*', decide: first };
        const { plan } = resolveRoute(compiled(aPolicy([line], { checkpoints }), dir), aRequest(involved));
        const out = new Set(
          [involved.requester, involved.owner, ...involved.onBehalfOf].map((name) =>
            name.toLowerCase().replace('@example.test', ''),
          ),
        );
        expect(plan).toHaveLength(2);
        for (const { approvers, excluded } of plan) {
          for (const { person } of approvers) {
            expect(inactive).not.toContain(person);
            expect(out).not.toContain(person);
          }
          expect(new Set([...approvers, ...excluded].map(({ person }) => person)).size).toBe(
            approvers.length + excluded.length,
          );
        }
      },
    ),
    { numRuns: 300 },
  );
});
