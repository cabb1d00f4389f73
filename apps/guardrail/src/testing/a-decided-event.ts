import {
  contentHash,
  type Decision,
  type JsonObject,
  newEvent,
  type Request,
  requestIdFor,
  type Route,
  type TopicEvent,
  type Vote,
} from '@tollgate/contracts';

const DECIDED_AT = '2026-11-01T10:05:00.000Z';

/** A vote by bob, for what is not given: an approval that counts. */
export const aVote = (given: Partial<Vote> = {}): Vote => ({
  person: 'bob',
  step: 0,
  verdict: 'approve',
  reason: 'looks right',
  at: DECIDED_AT,
  authentication: 'link',
  counted: true,
  ...given,
});

/** What a spec wants to be otherwise. */
export interface DecidedGiven {
  readonly target?: JsonObject;
  readonly request?: Partial<Request>;
  readonly route?: Partial<Route>;
  readonly decision?: Partial<Decision>;
}

/** The event of a deployment that bob approved; `key` tells requests apart. */
export function aDecidedEvent(key: string, given: DecidedGiven = {}): TopicEvent<'decision.made'> {
  const id = requestIdFor('ci-bot', key);
  const content = {
    action: 'deploy_prod',
    environment: 'production',
    target: given.target ?? { region: 'us-east' },
    parameters: {},
  };
  const request: Request = {
    id,
    producer: 'ci-bot',
    requester: 'ci-bot',
    owner: 'alice',
    onBehalfOf: [],
    ...content,
    riskLevel: 'low',
    reason: 'a new version',
    submittedAt: '2026-11-01T10:00:00.000Z',
    contentHash: contentHash(content),
    policyRevision: 1,
    redactions: [],
    ...given.request,
  };
  const route: Route = {
    rule: 'prod',
    riskLevel: { claimed: 'low', effective: 'low' },
    decider: 'people',
    plan: [
      {
        quorum: { kind: 'one', from: 'role:team-lead' },
        approvers: [{ person: 'bob', via: ['role:team-lead'] }],
        excluded: [],
        timeout: 'PT4H',
        reminders: [],
        onSilence: 'deny',
      },
    ],
    signIn: 'link',
    releaseValidity: 'PT15M',
    preflight: [],
    explanation: 'A team lead decides.',
    ...given.route,
  };
  const decision: Decision = {
    outcome: 'approved',
    decidedBy: 'people',
    step: 0,
    openedAt: '2026-11-01T10:00:01.000Z',
    deadline: '2026-11-01T14:00:01.000Z',
    votes: [aVote()],
    overrides: [],
    decidedAt: DECIDED_AT,
    explanation: 'Approved by bob.',
    policyRevision: 1,
    ...given.decision,
  };
  return newEvent({
    topic: 'decision.made',
    service: 'notifier',
    key: id,
    requestId: id,
    time: DECIDED_AT,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: { request, route, decision },
  });
}
