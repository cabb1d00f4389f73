import { sqlStateOf } from '@tollgate/persistence';

/** SQLSTATE classes with which the connection, or the server, ended: the commit may have been done before. */
const ENDED = new Set(['08', '57']);

/** True when the error of a COMMIT leaves it open whether the transaction was committed. */
export function isCommitUnknown(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === undefined || ENDED.has(state.slice(0, 2));
}
