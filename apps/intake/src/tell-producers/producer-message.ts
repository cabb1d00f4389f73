import { eventIdFor, type RequestStatusDocument } from '@tollgate/contracts';
import { type FinalStatus, type RequestSnapshot } from '../request-status/request-snapshot.js';
import { statusDocument } from '../request-status/status-document.js';

/** What is told, once per request. */
export type ProducerMessageType = `request.${FinalStatus}`;

/** The status document of a request as a webhook says it: its release without the token. */
export type ToldDocument = Omit<RequestStatusDocument, 'release'> & {
  readonly release?: Omit<NonNullable<RequestStatusDocument['release']>, 'token'>;
};

/** The body of a message. */
export interface ProducerMessageBody {
  readonly type: ProducerMessageType;
  /** When the status became final; ISO 8601. */
  readonly timestamp: string;
  readonly data: ToldDocument;
}

/** The type of the message about a final status. */
export const typeOf = (status: FinalStatus): ProducerMessageType => `request.${status}`;

/** The `webhook-id` of the message about a request: the same however often it is sent, so its receiver knows it again. */
export const messageId = (requestId: string): string => `msg_${eventIdFor(requestId, 'producer.webhook')}`;

/** Where a message's links lead, and when its status became final. */
export interface MessageReading {
  /** The URL under which producers reach this service. */
  readonly publicUrl: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * The body of the message about a request, as it stood when its status became final. The token of a release is not in it:
 * a webhook goes by who has its address, a token only to who has the producer's credential.
 * @param status its final one
 */
export function messageBody(
  snapshot: RequestSnapshot,
  status: FinalStatus,
  { publicUrl, at }: MessageReading,
): string {
  const { request, stages } = snapshot;
  const { release, ...document } = statusDocument(
    { request, stages, outcome: status, deadLetters: [] },
    { publicUrl, now: Date.parse(at) },
  );
  const { token: _token, ...told } = release ?? {};
  const body = {
    type: typeOf(status),
    timestamp: at,
    data: { ...document, ...(release === undefined ? {} : { release: told }) },
  };
  return JSON.stringify(body);
}
