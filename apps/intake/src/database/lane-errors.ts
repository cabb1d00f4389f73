import { PermanentError, TransientError } from '@tollgate/messaging';
import { isDataError, isTransientDatabaseError, sqlStateOf } from '@tollgate/persistence';

/**
 * Runs a record handler's database work so that the lanes know what to do when it fails.
 * @throws TransientError when the database is away or in conflict, PermanentError for a value it can never hold; any
 *   other error as it is
 */
export async function withLaneErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isTransientDatabaseError(error))
      throw new TransientError('the database does not answer', { cause: error });
    if (isDataError(error)) {
      throw new PermanentError(
        `the database cannot hold a value of this record (SQLSTATE ${sqlStateOf(error)})`,
        { cause: error },
      );
    }
    throw error;
  }
}
