/** No class of states begins with E (PostgreSQL appendix A); errors of the system do, and EPIPE is as long. */
const SQLSTATE = /^[0-9A-DF-Z][0-9A-Z]{4}$/;

/** The SQLSTATE (5 characters) of a driver's or mapper's error; undefined where it has none. */
export function sqlStateOf(error: unknown): string | undefined {
  if (error === null || typeof error !== 'object') return undefined;
  if ('code' in error && typeof error.code === 'string' && SQLSTATE.test(error.code)) return error.code;
  return 'driverError' in error ? sqlStateOf(error.driverError) : undefined;
}

/** Connection exceptions, rollbacks by conflict, resources, intervention by the operator, I/O errors (PostgreSQL appendix A). */
const TRANSIENT_CLASSES = new Set(['08', '40', '53', '55', '57', '58']);
/** Data exceptions: the value itself will never do. */
const DATA_EXCEPTION = '22';

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENOENT',
]);
const CONNECTION_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|timeout expired|client has encountered a connection error|not queryable|cannot use a pool after/i;

/** True when the same work may well succeed later: the database is away, restarting, full or in conflict. */
export function isTransientDatabaseError(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) return TRANSIENT_CLASSES.has(state.slice(0, 2));
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && CONNECTION_CODES.has(error.code)) return true;
  if ('driverError' in error && error.driverError !== error && isTransientDatabaseError(error.driverError))
    return true;
  return CONNECTION_MESSAGES.test(error.message);
}

/** True when a value given to the database can never be stored, whoever tries again. */
export const isDataError = (error: unknown): boolean => sqlStateOf(error)?.slice(0, 2) === DATA_EXCEPTION;
