import { describe, expect, it } from '@jest/globals';
import { type Override } from '@tollgate/contracts';
import { type Approval } from '../approval/approval.js';
import { aFile } from '../testing/routes.js';
import { TestPolicy } from '../testing/test-policy.js';
import { anApproval, OPENED_AT } from '../testing/votes.js';
import { judgeOverride, MAX_OVERRIDES, type NewOverride, type OverrideFacts } from './judge-override.js';

const { policy } = new TestPolicy().current();
const now = OPENED_AT + 1000;
const over: Override = {
  guardrail: 'budget',
  person: 'dave',
  justification: 'The board agreed.',
  at: new Date(now).toISOString(),
  authentication: 'signed-in',
};
const judged = (
  given: Partial<NewOverride> = {},
  approval: Approval = anApproval(),
  facts: Partial<OverrideFacts> = {},
) =>
  judgeOverride(
    approval,
    {
      requestId: approval.requestId,
      guardrail: 'budget',
      person: 'dave',
      justification: 'The board agreed.',
      authentication: 'signed-in',
      signedInAt: now,
      ...given,
    },
    { now, policy, viewIsUsed: false, ...facts },
  );
const refused = (why: string) => ({ kind: 'refused', why });

describe('judgeOverride', () => {
  it('takes the word of somebody whom the guardrail names, also of one whom the request does not ask', () => {
    expect(judged()).toEqual({ kind: 'overridden', override: over });
  });

  it.each<[string, Partial<NewOverride>, string]>([
    ['a guardrail that the policy does not have', { guardrail: 'budgets' }, 'unknown'],
    ['one that nobody may override', { guardrail: 'never' }, 'not-overridable'],
    ['somebody whom it does not name', { person: 'carol' }, 'not-entitled'],
    ['somebody who has left', { person: 'frank' }, 'inactive'],
    ['the owner of the credential', { person: 'alice' }, 'excluded'],
    ['another content', { contentHash: '0'.repeat(64) }, 'other-content'],
  ])('refuses %s', (_, given, why) => {
    expect(judged(given)).toEqual(refused(why));
  });

  it('refuses the requester, and whom the request is made for', () => {
    expect(judged({}, anApproval({ file: aFile({}, { requester: 'dave' }) }))).toEqual(refused('excluded'));
    expect(judged({}, anApproval({ file: aFile({}, { onBehalfOf: ['DAVE'] }) }))).toEqual(
      refused('excluded'),
    );
  });

  it('asks for the sign-in of the route, and a recent one', () => {
    const approval = anApproval({ file: aFile({ signIn: 'passkey' }) });
    expect(judged({}, approval)).toEqual(refused('sign-in'));
    expect(judged({ authentication: 'passkey' }, approval)).toMatchObject({ kind: 'overridden' });
    expect(judged({ authentication: 'passkey', signedInAt: now - 3_600_001 }, approval)).toEqual(
      refused('sign-in-old'),
    );
  });

  it('comes before the decision and the deadline', () => {
    expect(judged({}, anApproval({ status: 'closed' }))).toEqual(refused('closed'));
    expect(judged({}, anApproval({ deadline: now }))).toEqual(refused('late'));
    const { deadline: _none, ...undated } = anApproval();
    expect(judged({}, undated)).toEqual(refused('late'));
  });

  it('says who was first, whoever comes next and however late', () => {
    const approval = anApproval({ overrides: [over], status: 'closed' });
    expect(judged({ person: 'erin' }, approval)).toEqual({ kind: 'repeated', override: over });
  });

  it('takes another word where the first one counts no more', () => {
    const gone = { ...over, person: 'frank' };
    expect(judged({}, anApproval({ overrides: [gone] }))).toEqual({ kind: 'overridden', override: over });
  });

  it('is good for one page view, and there are not too many', () => {
    expect(judged({}, anApproval(), { viewIsUsed: true })).toEqual(refused('view-used'));
    const many = Array.from({ length: MAX_OVERRIDES }, () => ({ ...over, guardrail: 'other' }));
    expect(judged({}, anApproval({ overrides: many }))).toEqual(refused('too-many'));
  });
});
