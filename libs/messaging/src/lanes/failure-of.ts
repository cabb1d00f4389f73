import { isDataError, isTransientDatabaseError, sqlStateOf } from '@tollgate/persistence';
import kafkajs from 'kafkajs';
import { PermanentError } from '../permanent-error.js';
import { TransientError } from '../transient-error.js';

/** What an error of a handler means for its record: tried again, set aside, or the end of the process. */
export type Failure = 'transient' | 'permanent' | 'unknown';

/** Sorts an error. A database or broker that is away is transient however it is worded; what is not known is unknown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TransientError) return 'transient';
  if (error instanceof PermanentError) return 'permanent';
  if (error instanceof kafkajs.KafkaJSError) return error.retriable ? 'transient' : 'unknown';
  if (isTransientDatabaseError(error)) return 'transient';
  return isDataError(error) ? 'permanent' : 'unknown';
}

/** An error as it can be shown in a log or a reason. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Why a record is set aside, as its dead letter says it. Of an error of the database only the SQLSTATE is told: its own
 * words may quote the record.
 */
export function recordReasonOf(error: unknown): string {
  const state = sqlStateOf(error);
  if (state === undefined) return reasonOf(error);
  return isDataError(error)
    ? `the database cannot hold a value of this record (SQLSTATE ${state})`
    : `the database refused this record (SQLSTATE ${state})`;
}
