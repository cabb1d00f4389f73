import { type StreamedEvent } from '@tollgate/runtime';
import { type RequestSnapshot, STAGE_NAMES } from './request-snapshot.js';

/** The first event of every stream. */
const SUBMITTED = 'request.submitted';
const ORDER: readonly string[] = [SUBMITTED, ...STAGE_NAMES];

/**
 * Which stages a reader of a stream has seen, as a set of bits. It is the id of each event, so that a reader who
 * comes back gets what is missing and nothing twice, in whatever order the stages arrived.
 */
export type Seen = number;

/** The set that a `Last-Event-ID` stands for; the empty one for anything that no stream sent. */
export const seenOf = (lastEventId: string | undefined): Seen => {
  const seen = /^\d{1,3}$/.test(lastEventId ?? '') ? Number(lastEventId) : 0;
  return seen < 1 << ORDER.length ? seen : 0;
};

/**
 * The events that a reader has not seen yet.
 * @returns them, and what the reader has seen with them
 */
export function stageEvents(snapshot: RequestSnapshot, seen: Seen): { events: StreamedEvent[]; seen: Seen } {
  const { request, stages } = snapshot;
  const events: StreamedEvent[] = [];
  let now = seen;
  const add = (event: string, at: string, data: object): void => {
    const bit = 1 << ORDER.indexOf(event);
    if ((now & bit) !== 0) return;
    now |= bit;
    events.push({
      id: String(now),
      event,
      data: { requestId: request.id, at: new Date(at).toISOString(), ...data },
    });
  };
  add(SUBMITTED, request.submittedAt, { request });
  for (const name of STAGE_NAMES) {
    const stage = stages[name];
    if (stage !== undefined) add(name, stage.at, stage.data);
  }
  return { events, seen: now };
}
