import { describe, expect, it } from '@jest/globals';
import { contentHash, type JsonObject } from '@tollgate/contracts';
import { compile } from '@tollgate/policy';
import { aDecidedEvent, type DecidedGiven } from '../testing/a-decided-event.js';
import { A_DIRECTORY, A_POLICY } from '../testing/a-policy.js';
import { evaluateGuardrails } from './evaluate-guardrails.js';

const compiled = compile({ revision: 3, policy: A_POLICY, directory: A_DIRECTORY });

/** A change of policy that was approved while revision 3 ruled. */
function judged(target: JsonObject, given: DecidedGiven = {}) {
  const content = { action: 'policy.publish', environment: 'tollgate', target, parameters: {} };
  const decided = aDecidedEvent('change', {
    request: { ...content, contentHash: contentHash(content), policyRevision: 2 },
    decision: { policyRevision: 3, ...given.decision },
  });
  return evaluateGuardrails(decided, compiled).data.guardrail;
}
const builtIn = (target: JsonObject) =>
  judged(target).results.find(({ rule }) => rule === 'policy-is-current');

describe('policy-is-current', () => {
  it('passes a change of the revision that ruled at the decision', () => {
    expect(judged({ basedOn: 3 })).toMatchObject({ outcome: 'passed', policyRevision: 3 });
    expect(builtIn({ basedOn: 3 })).toMatchObject({ verdict: 'passed' });
  });

  it('blocks a change of an older one, and says which rules', () => {
    expect(judged({ basedOn: 2 }).outcome).toBe('blocked');
    expect(builtIn({ basedOn: 2 })).toEqual({
      rule: 'policy-is-current',
      verdict: 'blocked',
      reason: 'It is based on revision 2, but revision 3 rules now: propose the change again on that.',
    });
  });

  it.each<[string, JsonObject]>([
    ['a revision to come', { basedOn: 4 }],
    ['none', {}],
    ['a text', { basedOn: '3' }],
    ['a list', { basedOn: [3] }],
    ['a fraction', { basedOn: 3.5 }],
    ['null', { basedOn: null }],
  ])('blocks a change of %s', (_, target) => {
    expect(builtIn(target)).toMatchObject({ verdict: 'blocked', reason: expect.stringContaining('3 rules') });
  });

  it('blocks it also where a guardrail was overridden: nobody outranks it', () => {
    const override = {
      guardrail: 'policy-is-current',
      person: 'erin',
      justification: 'trust me',
      at: '2026-11-01T10:04:00.000Z',
      authentication: 'passkey' as const,
    };
    expect(judged({ basedOn: 2 }, { decision: { overrides: [override] } }).outcome).toBe('blocked');
  });

  it('says nothing of what was not approved, nor of other actions', () => {
    expect(judged({ basedOn: 2 }, { decision: { outcome: 'denied', votes: [] } })).toMatchObject({
      outcome: 'skipped',
      results: [],
    });
    const other = evaluateGuardrails(aDecidedEvent('other', { target: { basedOn: 2 } }), compiled);
    expect(other.data.guardrail.results.map(({ rule }) => rule)).toEqual(['regions']);
  });
});
