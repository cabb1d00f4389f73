import { PermanentError, TransientError } from '@tollgate/messaging';
import { isDataError, isTransientDatabaseError, sqlStateOf } from '@tollgate/persistence';

/**
 * What the lanes must make of an error of the database: wait, or put the record aside. Everything else stays what it
 * is. The message says the SQLSTATE only: the database's own words may quote the record.
 */
export function asMessagingError(error: unknown): unknown {
  if (error instanceof TransientError || error instanceof PermanentError) return error;
  const state = sqlStateOf(error) ?? 'no connection';
  if (isTransientDatabaseError(error)) {
    return new TransientError(`the database does not take it now (${state})`, { cause: error });
  }
  if (isDataError(error)) {
    return new PermanentError(`the database cannot hold a value of this record (SQLSTATE ${state})`, {
      cause: error,
    });
  }
  return error;
}
