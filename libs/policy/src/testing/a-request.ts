import { contentHash, type Request } from '@tollgate/contracts';

/** A request as the specs of this library ask: what is not given is harmless. */
export function aRequest(given: Partial<Request> = {}): Request {
  const content = {
    action: given.action ?? 'deploy_prod',
    environment: given.environment ?? 'production',
    target: given.target ?? { region: 'us-east' },
    parameters: given.parameters ?? {},
  };
  return {
    id: '0193a1f0-0000-7000-8000-000000000001',
    producer: 'ci-bot',
    requester: 'ci-bot',
    owner: 'alice',
    onBehalfOf: [],
    riskLevel: 'low',
    reason: 'a new version',
    submittedAt: '2026-11-01T10:00:00.000Z',
    policyRevision: 1,
    redactions: [],
    ...given,
    ...content,
    contentHash: contentHash(content),
  };
}
