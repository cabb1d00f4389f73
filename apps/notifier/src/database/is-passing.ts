import { TransientError } from '@tollgate/messaging';
import { isTransientDatabaseError } from '@tollgate/persistence';

/** True for an error that passes by itself, so that work in the background waits and tries again. */
export const isPassing = (error: unknown): boolean =>
  error instanceof TransientError || isTransientDatabaseError(error);
