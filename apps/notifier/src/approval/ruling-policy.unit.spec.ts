import { describe, expect, it } from '@jest/globals';
import { PermanentError, TransientError } from '@tollgate/messaging';
import { TestPolicy } from '../testing/test-policy.js';
import { type PolicySource, rulingPolicy } from './ruling-policy.js';

/** Nothing was published yet, as on the very first start. */
const nothing: PolicySource = {
  current: () => undefined,
  get: async (revision) => {
    throw new PermanentError(`policy revision ${revision} is not on policy.published`);
  },
};

describe('the ruling policy', () => {
  it('is waited for while there is none: the process goes on', async () => {
    await expect(rulingPolicy(nothing, 1)).rejects.toThrow(TransientError);
  });

  it('is what rules, where that is new enough', async () => {
    const policy = new TestPolicy();
    policy.deactivate('bob');
    expect(await rulingPolicy(policy, 1)).toMatchObject({ revision: 2 });
  });

  it('is refused where another system’s revision is named', async () => {
    await expect(rulingPolicy(new TestPolicy(), 7)).rejects.toThrow(PermanentError);
  });
});
