import { eventIdFor, type RequestStatusDocument } from '@tollgate/contracts';
import { type FinalStatus, type RequestSnapshot } from '../request-status/request-snapshot.js';
import { statusDocument } from '../request-status/status-document.js';

/**
 * What is told, each once per request: its final status; and to those who want to be told of changes, that people are
 * asked, and what became of its release.
 */
export type ProducerMessageType =
  `request.${FinalStatus}` | 'request.pending' | 'release.redeemed' | 'release.revoked';

/** Which message: there is one of each type about a request. */
export interface MessageKey {
  readonly requestId: string;
  readonly type: ProducerMessageType;
}

/** A message as the key of a map. */
export const keyText = ({ requestId, type }: MessageKey): string => `${requestId} ${type}`;

/** The status document of a request as a webhook says it: its release without the token. */
export type ToldDocument = Omit<RequestStatusDocument, 'release'> & {
  readonly release?: Omit<NonNullable<RequestStatusDocument['release']>, 'token'>;
};

/** The body of a message. */
export interface ProducerMessageBody {
  readonly type: ProducerMessageType;
  /** When it came to that; ISO 8601. */
  readonly timestamp: string;
  readonly data: ToldDocument;
}

/** The `webhook-id` of a message: the same however often it is sent, so its receiver knows it again. */
export const messageId = ({ requestId, type }: MessageKey): string =>
  `msg_${eventIdFor(requestId, `producer.webhook/${type}`)}`;

/** Where a message's links lead, and when it came to what it tells. */
export interface MessageReading {
  /** The URL under which producers reach this service. */
  readonly publicUrl: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The request as it stood then, whatever became of it since. */
function snapshotAt(
  { request, stages, outcome, releaseEnd }: RequestSnapshot,
  type: ProducerMessageType,
): RequestSnapshot {
  const deadLetters: RequestSnapshot['deadLetters'] = [];
  if (type === 'request.pending') {
    const route = stages['route.resolved'];
    return { request, stages: route === undefined ? {} : { 'route.resolved': route }, deadLetters };
  }
  const ended = { request, stages, deadLetters, ...(outcome === undefined ? {} : { outcome }) };
  return type.startsWith('release.') && releaseEnd !== undefined ? { ...ended, releaseEnd } : ended;
}

/**
 * The body of a message: the request as it stood at that moment. The token of a release is not in it: a webhook goes by who
 * has its address, a token only to who has the producer's credential.
 */
export function messageBody(
  snapshot: RequestSnapshot,
  type: ProducerMessageType,
  { publicUrl, at }: MessageReading,
): string {
  const reading = { publicUrl, now: Date.parse(at) };
  const { release, ...document } = statusDocument(snapshotAt(snapshot, type), reading);
  const { token: _token, ...told } = release ?? {};
  return JSON.stringify({
    type,
    timestamp: at,
    data: { ...document, ...(release === undefined ? {} : { release: told }) },
  });
}
