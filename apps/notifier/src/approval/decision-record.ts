import { CLOUD_EVENT_CONTENT_TYPE, type Decision, newEvent, type RouteResolved } from '@tollgate/contracts';
import { type OutgoingRecord } from '@tollgate/messaging';

/** What a decision was made about. */
export interface DecidedFile {
  readonly file: RouteResolved;
  /** The same as JSON text. */
  readonly text: string;
  readonly traceparent?: string;
}

/**
 * The record of decision.made. The file is not serialised again: the section is added to the text that was stored.
 * @param causeId the id of the event that decided it: the route, the vote, the withdrawal
 */
export function decisionRecord(
  { file, text, traceparent }: DecidedFile,
  decision: Decision,
  causeId: string,
): OutgoingRecord {
  const { data: _data, ...envelope } = newEvent({
    topic: 'decision.made',
    service: 'notifier',
    key: file.request.id,
    requestId: file.request.id,
    time: decision.decidedAt,
    cause: { id: causeId, ...(traceparent === undefined ? {} : { traceparent }) },
    data: { ...file, decision },
  });
  const head = JSON.stringify(envelope).slice(0, -1);
  return {
    topic: 'decision.made',
    key: file.request.id,
    value: `${head},"data":${text.slice(0, -1)},"decision":${JSON.stringify(decision)}}}`,
    headers: {
      'content-type': CLOUD_EVENT_CONTENT_TYPE,
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  };
}
