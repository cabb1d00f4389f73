import { type DeadLetterNote, type RequestSnapshot } from './request-snapshot.js';

/** Whether a request has since passed the stage at which a record about it failed. */
const passed = ({ service }: DeadLetterNote, { stages, outcome }: RequestSnapshot): boolean =>
  outcome !== undefined || (service === 'router' && stages['route.resolved'] !== undefined);

/** The newest dead letter that still holds a request up; undefined where it moves, or has come to its end. */
export const stalledBy = (snapshot: RequestSnapshot): DeadLetterNote | undefined =>
  snapshot.deadLetters
    .filter((note) => !passed(note, snapshot))
    .reduce<DeadLetterNote | undefined>(
      (newest, note) => (newest === undefined || note.failedAt > newest.failedAt ? note : newest),
      undefined,
    );
