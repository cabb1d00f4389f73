import { v5, v7, validate } from 'uuid';

/** The namespace of every name-based UUID of Tollgate: the UUIDv5 of `tollgate` in the DNS namespace of RFC 9562. */
const NAMESPACE = v5('tollgate', v5.DNS);

/**
 * The id of the request that a producer knows by a key of its own. The same producer and key always give the
 * same id, which is what makes a second delivery the same request.
 */
export const requestIdFor = (producer: string, idempotencyKey: string): string =>
  v5(`request\n${producer}\n${idempotencyKey}`, NAMESPACE);

/** The id of a request that came without a key: UUIDv7 (RFC 9562), ordered by time. */
export const newRequestId = (): string => v7();

/** The id of a new delegation: UUIDv7 (RFC 9562), ordered by time. */
export const newDelegationId = (): string => v7();

/** The id of the one event of a key (a request id, or the key of another topic) on a topic. */
export const eventIdFor = (key: string, topic: string): string => v5(`event\n${key}\n${topic}`, NAMESPACE);

/** The id of the release of a request. */
export const releaseIdFor = (requestId: string): string => v5(`release\n${requestId}`, NAMESPACE);

/** The id of the request by which it is reviewed that somebody broke the glass for another. */
export const breakGlassReviewIdFor = (requestId: string): string =>
  v5(`break-glass-review\n${requestId}`, NAMESPACE);

/** True for the text form of a UUID of any version (RFC 9562). */
export const isUuid = (text: string): boolean => validate(text);
