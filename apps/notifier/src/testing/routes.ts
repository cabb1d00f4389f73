import {
  contentHash,
  newEvent,
  newRequestId,
  type PlanStep,
  type Request,
  type RequestWithdrawn,
  type Route,
  type RouteResolved,
  type TopicEvent,
} from '@tollgate/contracts';

/** A request for specs: what a spec does not care about is filled in. */
export function aRequest(given: Partial<Request> = {}): Request {
  const content = {
    action: given.action ?? 'deploy_prod',
    environment: given.environment ?? 'production',
    target: given.target ?? { service: 'checkout', region: 'eu-west' },
    parameters: given.parameters ?? { version: '2026.11.4' },
  };
  return {
    id: newRequestId(),
    producer: 'ci-bot',
    requester: 'ci-bot',
    owner: 'alice',
    onBehalfOf: [],
    riskLevel: 'high',
    reason: 'Fixes the rounding of prices.',
    submittedAt: '2026-11-20T10:00:00.000Z',
    contentHash: contentHash(content),
    policyRevision: 1,
    redactions: [],
    ...content,
    ...given,
  };
}

/** A step that any of these persons alone may approve. */
export function aStep(persons: readonly string[], given: Partial<PlanStep> = {}): PlanStep {
  return {
    quorum: { kind: 'one', from: 'role:cto' },
    approvers: persons.map((person) => ({ person, via: ['role:cto'] })),
    excluded: [],
    timeout: 'PT4H',
    reminders: [],
    onSilence: 'deny',
    ...given,
  };
}

/** Two of the team (bob, carol, erin), and then one of finance (dave). */
export const STAGED: PlanStep = {
  quorum: {
    kind: 'stages',
    of: [
      { kind: 'people', count: 2, from: ['role:team'] },
      { kind: 'one', from: 'role:finance' },
    ],
  },
  approvers: [
    ...['bob', 'erin', 'carol'].map((person) => ({ person, via: ['role:team'] })),
    { person: 'dave', via: ['role:finance'] },
  ],
  excluded: [],
  timeout: 'PT4H',
  reminders: [],
  onSilence: 'deny',
};

/** A route that asks people; by default erin alone. */
export const aRoute = (given: Partial<Route> = {}): Route => ({
  rule: 'deploy-prod-high',
  riskLevel: { claimed: 'high', effective: 'high' },
  decider: 'people',
  plan: [aStep(['erin'])],
  signIn: 'link',
  releaseValidity: 'PT15M',
  preflight: [],
  explanation: 'A cto decides on deploy_prod with high risk in production.',
  ...given,
});

/** `data` of route.resolved. */
export const aFile = (route: Partial<Route> = {}, request: Partial<Request> = {}): RouteResolved => ({
  request: aRequest(request),
  route: aRoute(route),
});

/** route.resolved as the router writes it. */
export const routed = (file: RouteResolved): TopicEvent<'route.resolved'> =>
  newEvent({
    topic: 'route.resolved',
    service: 'router',
    key: file.request.id,
    requestId: file.request.id,
    time: file.request.submittedAt,
    data: file,
  });

/** request.withdrawn as intake writes it. */
export function withdrawn(
  requestId: string,
  given: Partial<RequestWithdrawn> = {},
): TopicEvent<'request.withdrawn'> {
  return newEvent({
    topic: 'request.withdrawn',
    service: 'intake',
    key: requestId,
    requestId,
    time: '2026-11-20T10:00:01.000Z',
    data: {
      requestId,
      withdrawnBy: 'ci-bot',
      reason: 'Not needed any more.',
      withdrawnAt: '2026-11-20T10:00:01.000Z',
      ...given,
    },
  });
}
