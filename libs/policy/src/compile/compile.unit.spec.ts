import { describe, expect, it } from '@jest/globals';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { compile } from './compile.js';
import { isActive } from './is-active.js';
import { personOf } from './person-of.js';
import { PolicyInvalidError } from './policy-invalid-error.js';

const line = { action: 'deploy', riskLevel: 'low', environment: '*', decide: { role: 'cto' } };

describe('compile', () => {
  it('knows people by their identities', () => {
    const policy = compiled(aPolicy([line]), aDirectory({ erin: ['cto'], frank: [] }, ['frank']));
    expect(personOf(policy, 'https://issuer.test', 'erin@example.test')).toBe('erin');
    expect(personOf(policy, 'https://other.test', 'erin@example.test')).toBeUndefined();
    expect(personOf(policy, 'https://issuer.test', 'erin')).toBeUndefined();
    expect(isActive(policy, 'erin')).toBe(true);
    expect(isActive(policy, 'frank')).toBe(false);
    expect(isActive(policy, 'nobody')).toBe(false);
  });

  it('names every fault of both documents', () => {
    const attempt = () =>
      compile({
        revision: 7,
        policy: aPolicy([{ ...line, decide: { maybe: 'cto' } }]),
        directory: { roles: ['cto'], groups: [] },
      });
    expect(attempt).toThrow(PolicyInvalidError);
    expect(attempt).toThrow(
      /^policy revision 7 is not valid: policy\/matrix\/0\/decide: .*; directory\/people: /,
    );
  });

  it('refuses a policy that names who is not in the directory', () => {
    expect(() => compiled(aPolicy([line]), aDirectory({}))).toThrow(
      'policy revision 1 is not valid: policy/matrix/0/decide/role: unknown role: the directory has no cto',
    );
  });

  it.each([
    {},
    { version: 2 },
    aPolicy([], { checkpoints: { default: { timeout: 'PT1H', onSilence: 'maybe' } } }),
  ])('refuses what is no policy: %j', (policy) => {
    expect(() => compiled(policy, aDirectory({}))).toThrow(PolicyInvalidError);
  });
});
