import { randomUUID } from 'node:crypto';
import {
  type ActionReleased,
  CLOUD_EVENT_CONTENT_TYPE,
  contentHash,
  type EventData,
  type EventTopic,
  newEvent,
  releaseIdFor,
  type ServiceName,
} from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';

/** What differs between the requests of a spec. */
export interface RoadOptions {
  readonly id?: string;
  readonly action?: string;
  readonly environment?: string;
  /** ms since 1970, of the submission; each stage comes a second later */
  readonly submittedAt?: number;
}

/** The parts of an event's record that a spec may care about. */
export interface RecordOptions {
  readonly key: string;
  readonly time: number;
  readonly partition?: number;
  readonly offset?: bigint;
}

/** A token in the form that a release has. */
export const A_TOKEN = 'eyJhbGciOiJFZERTQSJ9.eyJqdGkiOiJyZWxlYXNlIn0.c2lnbmF0dXJlLW9mLWEtcmVsZWFzZQ';

const WRITERS: Readonly<Partial<Record<EventTopic, ServiceName>>> = {
  'route.resolved': 'router',
  'decision.made': 'notifier',
  'vote.cast': 'notifier',
  'approver.notified': 'notifier',
  'guardrail.evaluated': 'guardrail',
};

/** The record of an event, as it comes from a topic. */
export function eventRecord<Topic extends EventTopic>(
  topic: Topic,
  data: EventData<Topic>,
  requestId: string | undefined,
  { key, time, partition = 0, offset = 0n }: RecordOptions,
): IncomingRecord {
  const service = WRITERS[topic] ?? 'intake';
  const event = newEvent({ topic, service, key, requestId, time: new Date(time).toISOString(), data });
  return {
    topic,
    partition,
    offset,
    key,
    value: Buffer.from(JSON.stringify(event)),
    headers: { 'content-type': Buffer.from(CLOUD_EVENT_CONTENT_TYPE) },
    time,
  };
}

/** The file of a request that the cto approved, as its last event holds it. */
export function aReleasedRequest({
  id = randomUUID(),
  action = 'deploy_prod',
  environment = 'production',
  submittedAt = Date.UTC(2026, 10, 2, 9),
}: RoadOptions = {}): ActionReleased {
  const at = (seconds: number): string => new Date(submittedAt + seconds * 1000).toISOString();
  const content = { action, environment, target: { region: 'us-east' }, parameters: { version: '4.2.0' } };
  const vote = {
    person: 'erin',
    step: 0,
    verdict: 'approve' as const,
    reason: 'the error budget allows it',
    at: at(3),
    authentication: 'signed-in' as const,
    counted: true,
  };
  return {
    request: {
      id,
      producer: 'ci-bot',
      requester: 'ci-bot',
      owner: 'alice',
      onBehalfOf: [],
      riskLevel: 'medium',
      ...content,
      reason: 'fixes the checkout',
      submittedAt: at(0),
      contentHash: contentHash(content),
      policyRevision: 1,
      redactions: [],
    },
    route: {
      rule: 'matrix[5]',
      riskLevel: { claimed: 'medium', effective: 'high' },
      decider: 'people',
      plan: [
        {
          quorum: { kind: 'one', from: 'role:cto' },
          approvers: [{ person: 'erin', via: ['role:cto'] }],
          excluded: [{ person: 'alice', why: 'owns the credential that asks' }],
          timeout: 'PT4H',
          reminders: [],
          onSilence: 'deny',
        },
      ],
      signIn: 'link',
      releaseValidity: 'PT15M',
      preflight: [{ guardrail: 'allowed-regions', verdict: 'passed' }],
      explanation: 'deploy_prod of high risk is decided by the cto',
    },
    decision: {
      outcome: 'approved',
      decidedBy: 'people',
      step: 0,
      openedAt: at(1),
      deadline: at(14_400),
      votes: [vote],
      overrides: [],
      decidedAt: at(3),
      explanation: 'erin approved',
      policyRevision: 1,
    },
    guardrail: {
      outcome: 'passed',
      results: [{ rule: 'allowed-regions', verdict: 'passed', reason: 'us-east is allowed' }],
      policyRevision: 1,
    },
    release: {
      id: releaseIdFor(id),
      token: A_TOKEN,
      audience: 'ci-bot',
      expiresAt: at(903),
      releasedAt: at(4),
    },
  };
}

/** The seven records of {@link aReleasedRequest} in the order in which they were written, each on a topic of its own. */
export function aReleasedRoad(options: RoadOptions = {}): IncomingRecord[] {
  const file = aReleasedRequest(options);
  const { request, route, decision, guardrail, release } = file;
  const { id } = request;
  const begun = Date.parse(request.submittedAt);
  const after = (seconds: number, key = id): RecordOptions => ({ key, time: begun + seconds * 1000 });
  const [vote] = decision.votes;
  if (vote === undefined) throw new Error('the decision has a vote');
  const notified = {
    requestId: id,
    person: 'erin',
    count: 1,
    kind: 'asked' as const,
    step: 0,
    messageId: `${id}.erin.1@tollgate.local`,
    notifiedAt: new Date(begun + 2000).toISOString(),
  };
  return [
    eventRecord('request.submitted', { request }, id, after(0)),
    eventRecord('route.resolved', { request, route }, id, after(0)),
    eventRecord('approver.notified', notified, id, after(2, `${id}/erin/1`)),
    eventRecord('vote.cast', { requestId: id, count: 1, vote }, id, after(3, `${id}/erin/1`)),
    eventRecord('decision.made', { request, route, decision }, id, after(3)),
    eventRecord('guardrail.evaluated', { request, route, decision, guardrail }, id, after(3)),
    eventRecord('action.released', { request, route, decision, guardrail, release }, id, after(4)),
  ];
}

/** The records of several requests, with the offsets that they get in one partition of each topic. */
export function inTopics(roads: readonly (readonly IncomingRecord[])[], partition = 0): IncomingRecord[] {
  const next = new Map<string, bigint>();
  return roads.flat().map((record) => {
    const offset = next.get(record.topic) ?? 0n;
    next.set(record.topic, offset + 1n);
    return { ...record, partition, offset };
  });
}
