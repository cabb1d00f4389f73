import { isUtf8 } from 'node:buffer';
import {
  isUuid,
  NAME_PATTERN,
  producerOfInboundTopic,
  RISK_LEVELS,
  STAGE_TOPICS,
  type StageTopic,
} from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { LEDGER_READ } from '../record-read/ledger-read.js';

/**
 * What the ledger makes of a record: an `event` of its topic; a `letter`, somebody else's record that a service could
 * not digest or an operator handed back; `withheld`, as it comes from outside the door, so that only its place and hash
 * are kept; or `unreadable`, kept all the same and flagged.
 */
export const READINGS = ['event', 'letter', 'withheld', 'unreadable'] as const;
export type Reading = (typeof READINGS)[number];

/** What questions are asked by; taken from the record once, when it is recorded. */
export interface Understood {
  readonly reading: Reading;
  readonly requestId?: string;
  /** The CloudEvents type. */
  readonly eventType?: string;
  readonly action?: string;
  readonly environment?: string;
  /** The effective one once the request is routed, the claimed one before. */
  readonly riskLevel?: string;
  readonly requester?: string;
  /** What this record itself settles: the outcome of its stage, or the verdict of a vote. */
  readonly outcome?: string;
  /** Who comes in with this record: who asks, who is asked or excluded, who voted. Not whom earlier stages named. */
  readonly persons?: readonly string[];
}

/** Thrown and caught in this file alone: the record is no event of its topic. */
class NotUnderstood extends Error {}

const DEAD_LETTER_OR_RETRY = /^[a-z]+\.(?:dead-letter|retry)$/;
const ORIGIN_TOPIC_HEADER = 'tollgate-origin-topic';
const REQUEST_ID_HEADER = 'tollgate-request-id';
const UUID_LENGTH = 36;
const STAGES: ReadonlySet<string> = new Set(STAGE_TOPICS);
const RISKS: ReadonlySet<unknown> = new Set(RISK_LEVELS);
const OUTCOME = /^[a-z-]{1,40}$/;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fields(value: unknown): Fields {
  if (!isFields(value)) throw new NotUnderstood();
  return value;
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new NotUnderstood();
  return value;
}

function matching(value: unknown, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw new NotUnderstood();
  return value;
}

const name = (value: unknown): string => matching(value, NAME_PATTERN);
const optionalName = (value: unknown): string[] => (value === undefined ? [] : [name(value)]);
const people = (entries: unknown): string[] => list(entries).map((entry) => name(fields(entry)['person']));

function risk(value: unknown): string {
  if (typeof value !== 'string' || !RISKS.has(value)) throw new NotUnderstood();
  return value;
}

type Addition = Pick<Understood, 'outcome' | 'persons'>;

const votersIn = (votes: unknown): string[] =>
  list(votes).flatMap((vote) => {
    const { person, onBehalfOf } = fields(vote);
    return [name(person), ...optionalName(onBehalfOf)];
  });

/** What each topic's event adds by itself. */
const ADDITIONS: Readonly<Record<string, (data: Fields) => Addition>> = {
  'request.submitted': ({ request }) => {
    const { requester, owner, onBehalfOf, breakGlass } = fields(request);
    return {
      persons: [
        name(requester),
        name(owner),
        ...list(onBehalfOf).map(name),
        ...(breakGlass === undefined ? [] : [name(fields(breakGlass)['person'])]),
      ],
    };
  },
  'route.resolved': ({ route }) => ({
    persons: list(fields(route)['plan']).flatMap((step) => {
      const { approvers, excluded } = fields(step);
      return [...people(approvers), ...people(excluded)];
    }),
  }),
  'decision.made': ({ decision }) => {
    const { outcome, votes, overrides } = fields(decision);
    return { outcome: matching(outcome, OUTCOME), persons: [...votersIn(votes), ...people(overrides)] };
  },
  'guardrail.evaluated': ({ guardrail }) => ({ outcome: matching(fields(guardrail)['outcome'], OUTCOME) }),
  'action.released': () => ({ outcome: 'released' }),
  'request.rejected': () => ({ outcome: 'rejected' }),
  'request.withdrawn': ({ withdrawnBy }) => ({ outcome: 'withdrawn', persons: [name(withdrawnBy)] }),
  'request.failed': ({ givenUpBy }) => ({ outcome: 'failed', persons: [name(givenUpBy)] }),
  'release.redeemed': () => ({ outcome: 'redeemed' }),
  'release.revoked': () => ({ outcome: 'revoked' }),
  'vote.cast': ({ vote }) => ({
    outcome: matching(fields(vote)['verdict'], OUTCOME),
    persons: votersIn([vote]),
  }),
  'approver.notified': ({ person }) => ({ persons: [name(person)] }),
  'delegation.declared': ({ from, to, declaredBy, revokedAt, revokedBy }) => ({
    outcome: revokedAt === undefined ? 'declared' : 'revoked',
    persons: [name(from), name(to), name(declaredBy), ...optionalName(revokedBy)],
  }),
  'question.asked': ({ askedBy, askedOf }) => ({ outcome: 'asked', persons: [name(askedBy), name(askedOf)] }),
  'question.answered': ({ answeredBy }) => ({ outcome: 'answered', persons: [name(answeredBy)] }),
  'policy.proposed': ({ proposedBy }) => ({ outcome: 'proposed', persons: [name(proposedBy)] }),
  'policy.published': ({ origin, approvedBy, operator, deactivated }) => ({
    outcome: matching(origin, OUTCOME),
    persons: [...list(approvedBy).map(name), ...optionalName(operator), ...optionalName(deactivated)],
  }),
};

const uuid = (value: unknown): string | undefined =>
  typeof value === 'string' && isUuid(value) ? value.toLowerCase() : undefined;

const keyed = (key: string | null): string | undefined => uuid(key?.slice(0, UUID_LENGTH));

/** What every event of the road says of its request. */
function ofRequest({ request, route }: Fields): Partial<Understood> {
  if (request === undefined) return {};
  const { action, environment, riskLevel, requester } = fields(request);
  return {
    action: name(action),
    environment: name(environment),
    riskLevel: risk(route === undefined ? riskLevel : fields(fields(route)['riskLevel'])['effective']),
    requester: name(requester),
  };
}

const isStage = (topic: string): topic is StageTopic => STAGES.has(topic);

function understandEvent({ topic, key, value }: IncomingRecord): Understood {
  // JSON is UTF-8 (RFC 8259); what is not is nothing that a query could read.
  if (value === null || !isUtf8(value)) throw new NotUnderstood();
  const event = fields(JSON.parse(value.toString('utf8')));
  const data = fields(event['data']);
  const eventType = event['type'];
  if (
    event['specversion'] !== '1.0' ||
    typeof eventType !== 'string' ||
    !eventType.startsWith(`tollgate.${topic}.v`)
  ) {
    throw new NotUnderstood();
  }
  const of = ofRequest(data);
  const requestId =
    uuid(isFields(data['request']) ? data['request']['id'] : data['requestId']) ??
    uuid(event['correlationid']);
  if (isStage(topic) && (requestId === undefined || requestId !== key)) throw new NotUnderstood();
  const { outcome, persons } = ADDITIONS[topic]?.(data) ?? {};
  return {
    reading: 'event',
    requestId,
    eventType: matching(eventType, NAME_PATTERN),
    ...of,
    outcome,
    persons: persons === undefined ? undefined : [...new Set(persons)],
  };
}

/** Who read the ledger. Which request was asked about is in the query; a trail is not made longer by reading it. */
function understandRead({ value }: IncomingRecord): Understood {
  const { reader } = fields(JSON.parse(value?.toString('utf8') ?? ''));
  return { reading: 'event', outcome: 'read', persons: [name(reader)] };
}

/**
 * Reads a record for the questions that will be asked. Stored before it is understood: nothing here can refuse one.
 * It asks for no more than it needs, so that a later version of an event is still an event.
 */
export function understandRecord(record: IncomingRecord): Understood {
  if (producerOfInboundTopic(record.topic) !== undefined) return { reading: 'withheld' };
  if (DEAD_LETTER_OR_RETRY.test(record.topic)) {
    const origin = record.headers[ORIGIN_TOPIC_HEADER]?.toString();
    const fromOutside = origin === undefined || producerOfInboundTopic(origin) !== undefined;
    const requestId = uuid(record.headers[REQUEST_ID_HEADER]?.toString());
    return { reading: fromOutside ? 'withheld' : 'letter', requestId };
  }
  try {
    if (record.topic === LEDGER_READ) return understandRead(record);
    return understandEvent(record);
  } catch (error) {
    if (!(error instanceof NotUnderstood || error instanceof SyntaxError)) throw error;
    return { reading: 'unreadable', requestId: keyed(record.key) };
  }
}
