import {
  type Decision,
  type GuardrailEvaluated,
  newEvent,
  type Request,
  type Route,
  type SubmitRequest,
  type TopicEvent,
} from '@tollgate/contracts';
import { newSubmission } from '../submit-request/submission.js';
import { clearedOf } from './test-scan.js';

/** A body that a producer might send. */
export const exampleBody = (changes: Partial<SubmitRequest> = {}): SubmitRequest => ({
  action: 'deploy_prod',
  environment: 'production',
  riskLevel: 'high',
  target: { service: 'checkout', region: 'eu-west' },
  parameters: { version: '4.2.0', replicas: 3 },
  reason: 'Release 4.2.0',
  ...changes,
});

export const EXAMPLE_ID = '3f0e2f6b-7b1f-5c53-9a04-2f8f8f3d6c11';

/** The request that it becomes. */
export const exampleRequest = (body: SubmitRequest = exampleBody(), id: string = EXAMPLE_ID): Request =>
  newSubmission(
    body,
    { producer: 'ci-bot', requester: 'ci-bot', owner: 'alice' },
    { id, key: null, submittedAt: '2026-11-22T18:00:00.000Z', policyRevision: 1 },
    clearedOf(body.reason),
  ).request;

export const exampleRoute = (changes: Partial<Route> = {}): Route => ({
  rule: 'deploy-prod-high',
  riskLevel: { claimed: 'high', effective: 'high' },
  decider: 'people',
  plan: [
    {
      quorum: { kind: 'one', from: 'role:cto' },
      approvers: [{ person: 'erin', via: ['role:cto'] }],
      excluded: [],
      timeout: 'PT4H',
      reminders: [],
      onSilence: 'deny',
    },
  ],
  signIn: 'link',
  releaseValidity: 'PT15M',
  preflight: [],
  explanation: 'erin (cto) decides.',
  ...changes,
});

export const exampleDecision = (changes: Partial<Decision> = {}): Decision => ({
  outcome: 'approved',
  decidedBy: 'people',
  step: 0,
  openedAt: '2026-11-22T18:00:01.000Z',
  deadline: '2026-11-22T22:00:01.000Z',
  votes: [
    {
      person: 'erin',
      step: 0,
      verdict: 'approve',
      reason: 'fine',
      at: '2026-11-22T18:05:00.000Z',
      authentication: 'link',
      counted: true,
    },
  ],
  overrides: [],
  decidedAt: '2026-11-22T18:05:00.123Z',
  explanation: 'erin approved.',
  policyRevision: 1,
  ...changes,
});

/** What the gate says of a request: passed, unless told. */
export const exampleJudgement = (
  request: Request,
  changes: Partial<GuardrailEvaluated> = {},
): GuardrailEvaluated => ({
  request,
  route: exampleRoute(),
  decision: exampleDecision(),
  guardrail: {
    outcome: 'passed',
    results: [{ rule: 'regions', verdict: 'passed', reason: 'eu-west is allowed' }],
    policyRevision: 1,
  },
  ...changes,
});

/** The event of a judgement. */
export const judgedEvent = (data: GuardrailEvaluated): TopicEvent<'guardrail.evaluated'> =>
  newEvent({
    topic: 'guardrail.evaluated',
    service: 'guardrail',
    key: data.request.id,
    requestId: data.request.id,
    time: data.decision.decidedAt,
    data,
  });

/** The event of a route. */
export const routedEvent = (request: Request, route: Route = exampleRoute()): TopicEvent<'route.resolved'> =>
  newEvent({
    topic: 'route.resolved',
    service: 'router',
    key: request.id,
    requestId: request.id,
    time: request.submittedAt,
    data: { request, route },
  });
