import { describe, expect, it } from '@jest/globals';
import { type Override } from '@tollgate/contracts';
import { endStep } from '../fire-timer/end-step.js';
import { aFile, aStep } from '../testing/routes.js';
import { anApproval, OPENED_AT } from '../testing/votes.js';

const override: Override = {
  guardrail: 'budget',
  person: 'dave',
  justification: 'The board agreed.',
  at: new Date(OPENED_AT + 1000).toISOString(),
  authentication: 'signed-in',
};

describe('a decision that nobody made', () => {
  it.each(['deny', 'approve'] as const)(
    'carries what was overridden before: silence means %s',
    (onSilence) => {
      const approval = anApproval({
        file: aFile({ plan: [aStep(['erin'], { onSilence })] }),
        overrides: [override],
        deadline: OPENED_AT + 2000,
      });
      const facts = { now: OPENED_AT + 3000, policyRevision: 1, isActive: () => true, votes: [] };
      expect(endStep(approval, facts)).toMatchObject({ decision: { overrides: [override] } });
      const { overrides: _none, ...without } = approval;
      expect(endStep(without, facts)).toMatchObject({ decision: { overrides: [] } });
    },
  );
});
