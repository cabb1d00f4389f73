import { type Decision, type Override, type Vote } from '@tollgate/contracts';

/** The instant of {@link aDecision}. */
export const DECIDED_AT = '2026-11-01T10:01:00.000Z';

/** A counted approval in the first step. */
export const anApproval = (person: string, given: Partial<Vote> = {}): Vote => ({
  person,
  step: 0,
  verdict: 'approve',
  reason: '',
  at: DECIDED_AT,
  authentication: 'link',
  counted: true,
  ...given,
});

/** An override just before the decision, by a link. */
export const anOverride = (guardrail: string, person: string, given: Partial<Override> = {}): Override => ({
  guardrail,
  person,
  justification: 'The board agreed.',
  at: '2026-11-01T10:00:59.000Z',
  authentication: 'link',
  ...given,
});

/** An approval by people, for what is not given. */
export const aDecision = (given: Partial<Decision> = {}): Decision => ({
  outcome: 'approved',
  decidedBy: 'people',
  step: 0,
  openedAt: '2026-11-01T10:00:00.000Z',
  votes: [],
  overrides: [],
  decidedAt: DECIDED_AT,
  explanation: 'as said',
  policyRevision: 1,
  ...given,
});
