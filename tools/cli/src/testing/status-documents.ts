import { type Decision, type RequestStatusDocument } from '@tollgate/contracts';

/** A request that has just been accepted. */
export const ACCEPTED: RequestStatusDocument = {
  id: '0199aaaa-0000-7000-8000-000000000042',
  status: 'pending',
  action: 'deploy_prod',
  environment: 'production',
  riskLevel: 'high',
  contentHash: 'a'.repeat(64),
  requester: 'ci-bot',
  submittedAt: '2026-11-22T14:00:00.000Z',
  asked: [],
  links: { self: '/v1/requests/0199aaaa-0000-7000-8000-000000000042' },
};

/** The same once it is known who is asked. */
export const ASKED: RequestStatusDocument = {
  ...ACCEPTED,
  asked: [{ person: 'erin', via: ['role:cto'] }],
  deadline: '2026-11-22T18:00:00.000Z',
  explanation: 'High risk in production is decided by the CTO.',
};

/** A decision by erin alone. */
export const decidedByErin = (verdict: 'approve' | 'deny', reason: string): Decision => ({
  outcome: verdict === 'approve' ? 'approved' : 'denied',
  decidedBy: 'people',
  step: 0,
  openedAt: '2026-11-22T14:00:00.100Z',
  deadline: '2026-11-22T18:00:00.100Z',
  votes: [
    {
      person: 'erin',
      step: 0,
      verdict,
      reason,
      at: '2026-11-22T14:05:00.000Z',
      authentication: 'link',
      counted: true,
    },
  ],
  overrides: [],
  decidedAt: '2026-11-22T14:05:00.000Z',
  explanation: `erin said ${verdict}.`,
  policyRevision: 1,
});

/** A decision that no person took. */
export const decidedWithoutPeople = (
  outcome: Decision['outcome'],
  decidedBy: Decision['decidedBy'],
  explanation: string,
): Decision => ({ ...decidedByErin('deny', ''), outcome, decidedBy, votes: [], explanation });

/** A release of the request. */
export const RELEASE = {
  id: '0199aaaa-0000-7000-8000-000000000043',
  token: 'aaa.bbb.ccc',
  audience: 'ci-bot',
  state: 'unused',
  expiresAt: '2026-11-22T14:20:00.000Z',
} as const;
