import {
  type ActionReleased,
  contentHash,
  documentHash,
  type EventData,
  eventIdFor,
  type EventTopic,
  newEvent,
  releaseIdFor,
  type ServiceName,
} from '@tollgate/contracts';
import { type PlacedRecord } from '../ledger-rules.js';

/** When the ledger of the specs begins. */
export const BEGUN = Date.UTC(2026, 10, 2, 9);
/** When it is looked at. */
export const AS_OF = BEGUN + 8 * 3_600_000;

const iso = (seconds: number): string => new Date(BEGUN + seconds * 1000).toISOString();
const SERVICES: Readonly<Partial<Record<EventTopic, ServiceName>>> = {
  'route.resolved': 'router',
  'decision.made': 'notifier',
  'vote.cast': 'notifier',
  'guardrail.evaluated': 'guardrail',
};

/** An event on its way into the ledger of a spec. */
export interface Written {
  readonly topic: string;
  readonly key: string;
  /** Parsed JSON, so that a spec can change whatever it likes. */
  readonly event: Record<string, unknown>;
  /** Seconds since the ledger begins. */
  readonly at: number;
  readonly form?: PlacedRecord['form'];
  /** How many offsets are passed over before it. */
  readonly skip?: number;
}

/** An event as its service writes it. */
export function written<Topic extends EventTopic>(
  topic: Topic,
  data: EventData<Topic>,
  { key, requestId, at, cause }: { key: string; requestId?: string; at: number; cause?: string },
): Written {
  const event = newEvent({
    topic,
    service: SERVICES[topic] ?? 'intake',
    key,
    requestId,
    time: iso(at),
    data,
    ...(cause === undefined ? {} : { cause: { id: cause } }),
  });
  return { topic, key, at, event: JSON.parse(JSON.stringify(event)) as Record<string, unknown> };
}

/** The file of a request that erin and frank approved; it begins so many seconds after the ledger. */
export function aFile(id: string, at: number): ActionReleased {
  const content = {
    action: 'deploy_prod',
    environment: 'production',
    target: { region: 'us-east' },
    parameters: {},
  };
  const vote = (person: string, after: number) => ({
    person,
    step: 0,
    verdict: 'approve' as const,
    reason: 'the error budget allows it',
    at: iso(at + after),
    authentication: 'signed-in' as const,
    counted: true,
  });
  return {
    request: {
      id,
      producer: 'ci-bot',
      requester: 'ci-bot',
      owner: 'alice',
      onBehalfOf: ['bob'],
      riskLevel: 'high',
      ...content,
      reason: 'fixes the checkout',
      submittedAt: iso(at),
      contentHash: contentHash(content),
      policyRevision: 1,
      redactions: [],
    },
    route: {
      rule: 'matrix[5]',
      riskLevel: { claimed: 'high', effective: 'high' },
      decider: 'people',
      plan: [
        {
          quorum: { kind: 'people', count: 2, from: ['role:cto'] },
          approvers: ['erin', 'frank', 'grace'].map((person) => ({ person, via: ['role:cto'] })),
          excluded: [],
          timeout: 'PT4H',
          reminders: [],
          onSilence: 'deny',
        },
      ],
      signIn: 'signed-in',
      releaseValidity: 'PT15M',
      preflight: [],
      explanation: 'two of the role cto decide',
    },
    decision: {
      outcome: 'approved',
      decidedBy: 'people',
      step: 0,
      openedAt: iso(at + 1),
      deadline: iso(at + 14_400),
      votes: [vote('erin', 3), vote('frank', 4)],
      overrides: [],
      decidedAt: iso(at + 4),
      explanation: 'erin and frank approved',
      policyRevision: 1,
    },
    guardrail: {
      outcome: 'passed',
      results: [{ rule: 'regions', verdict: 'passed', reason: 'allowed' }],
      policyRevision: 1,
    },
    release: {
      id: releaseIdFor(id),
      token: 'a-token',
      audience: 'ci-bot',
      expiresAt: iso(at + 905),
      releasedAt: iso(at + 5),
    },
  };
}

/** The events of a file, from door to release. */
export function aRoad(file: ActionReleased, at: number): Written[] {
  const { request, route, decision, guardrail, release } = file;
  const { id } = request;
  const stage = (topic: EventTopic, after: number, cause?: string) => ({
    key: id,
    requestId: id,
    at: at + after,
    ...(cause === undefined
      ? {}
      : { cause: eventIdFor(cause.includes('/') ? cause : id, cause.includes('/') ? 'vote.cast' : cause) }),
    topic,
  });
  const votes = decision.votes.map((vote, nth) =>
    written(
      'vote.cast',
      { requestId: id, count: 1, vote },
      { ...stage('vote.cast', 3 + nth, 'route.resolved'), key: `${id}/${vote.person}/1` },
    ),
  );
  const last = decision.votes.at(-1);
  return [
    written('request.submitted', { request }, stage('request.submitted', 0)),
    written('route.resolved', { request, route }, stage('route.resolved', 0, 'request.submitted')),
    ...votes,
    written(
      'decision.made',
      { request, route, decision },
      stage('decision.made', 4, last === undefined ? 'route.resolved' : `${id}/${last.person}/1`),
    ),
    written(
      'guardrail.evaluated',
      { request, route, decision, guardrail },
      stage('guardrail.evaluated', 4, 'decision.made'),
    ),
    written(
      'action.released',
      { request, route, decision, guardrail, release },
      stage('action.released', 5, 'guardrail.evaluated'),
    ),
  ];
}

const policy = { matrix: [] };
const directory = { people: [] };
const hash = documentHash(policy, directory);

/** Ids of the requests in {@link aLedger}. */
export const RELEASED = '018f0000-0000-7000-8000-000000000001';
export const PENDING = '018f0000-0000-7000-8000-000000000002';
export const CHANGE = '018f0000-0000-7000-8000-000000000003';

/** A ledger in which everything is in order: a released and used request, one that waits, and a change of policy. */
export function aLedger(): Written[] {
  const released = aFile(RELEASED, 60);
  const change = aFile(CHANGE, 3600);
  const pending = aFile(PENDING, 25_000);
  const revision = (number: number, more: Partial<EventData<'policy.published'>>, at: number): Written =>
    written(
      'policy.published',
      {
        revision: number,
        documentHash: hash,
        policy,
        directory,
        origin: 'first-start',
        publishedAt: iso(at),
        ...more,
      },
      {
        key: String(number),
        at,
        requestId: more.requestId,
        cause: more.requestId && eventIdFor(more.requestId, 'action.released'),
      },
    );
  return [
    revision(1, {}, 0),
    ...aRoad(released, 60),
    written(
      'release.redeemed',
      {
        requestId: RELEASED,
        releaseId: released.release.id,
        audience: 'ci-bot',
        redeemedBy: 'ci-bot',
        redeemedAt: iso(100),
        contentHash: released.request.contentHash,
        guardrail: released.guardrail,
      },
      {
        key: released.release.id,
        requestId: RELEASED,
        at: 100,
        cause: eventIdFor(RELEASED, 'action.released'),
      },
    ),
    written(
      'policy.proposed',
      {
        documentHash: hash,
        policy,
        directory,
        basedOn: 1,
        proposedBy: 'ci-bot',
        requestId: CHANGE,
        proposedAt: iso(3600),
      },
      { key: hash, requestId: CHANGE, at: 3600 },
    ),
    ...aRoad(change, 3600),
    revision(2, { origin: 'approved', requestId: CHANGE, approvedBy: ['erin', 'frank'] }, 3606),
    ...aRoad(pending, 25_000).slice(0, 2),
  ];
}

/** Events as the ledger holds them. */
export function onRecord(ledger: readonly Written[]): PlacedRecord[] {
  const next = new Map<string, bigint>();
  return ledger.map(({ topic, key, event, at, form = 'as-they-came', skip = 0 }, seq) => {
    const offset = (next.get(topic) ?? 0n) + BigInt(skip);
    next.set(topic, offset + 1n);
    const time = BEGUN + at * 1000;
    return {
      seq,
      topic,
      partition: 0,
      offset,
      form,
      arrivedAt: Math.min(AS_OF, time + 5),
      brokerTime: time,
      bytes: { key: Buffer.from(key), value: Buffer.from(JSON.stringify(event)) },
    };
  });
}
