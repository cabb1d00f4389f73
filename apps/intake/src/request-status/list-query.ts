import { type Fault, REQUEST_STATUSES, type RequestStatus } from '@tollgate/contracts';
import { isUuid } from '@tollgate/contracts';
import { Problem } from '@tollgate/runtime';

/** A place in the list: the last entry of the page before. */
export interface ListCursor {
  /** ISO 8601. */
  readonly submittedAt: string;
  readonly id: string;
}

/** What a reader wants listed. */
export interface ListQuery {
  readonly status?: RequestStatus;
  readonly action?: string;
  readonly environment?: string;
  readonly requester?: string;
  readonly after?: ListCursor;
  readonly limit: number;
}

const DEFAULT_LIMIT = 50;
/** Entries of a page at most. */
export const MAX_LIMIT = 200;
const MAX_FILTER_LENGTH = 200;
const PARAMETERS = new Set(['status', 'action', 'environment', 'requester', 'cursor', 'limit']);

/** The cursor as it goes out: opaque to readers. */
export const cursorText = ({ submittedAt, id }: ListCursor): string =>
  Buffer.from(`${submittedAt} ${id}`).toString('base64url');

function cursorOf(text: string): ListCursor | undefined {
  const [submittedAt = '', id = '', ...rest] = Buffer.from(text, 'base64url').toString('utf8').split(' ');
  const time = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(submittedAt) ? Date.parse(submittedAt) : NaN;
  const cursor = { submittedAt, id };
  return !Number.isNaN(time) && isUuid(id) && rest.length === 0 && cursorText(cursor) === text
    ? cursor
    : undefined;
}

const isStatus = (text: string): text is RequestStatus => REQUEST_STATUSES.some((status) => status === text);

/**
 * Reads the query of `GET /v1/requests`.
 * @throws Problem 400 naming each parameter that is not valid
 */
export function listQuery(query: unknown): ListQuery {
  const faults: Fault[] = [];
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (!PARAMETERS.has(name)) faults.push({ pointer: `/${name}`, detail: 'is not a known parameter' });
    else if (typeof value !== 'string') faults.push({ pointer: `/${name}`, detail: 'must be given once' });
    else if (value.length > MAX_FILTER_LENGTH || value.includes('\0'))
      faults.push({ pointer: `/${name}`, detail: 'is not valid' });
    else given.set(name, value);
  }
  const status = given.get('status');
  if (status !== undefined && !isStatus(status)) {
    faults.push({ pointer: '/status', detail: `must be one of ${REQUEST_STATUSES.join(', ')}` });
  }
  const limitText = given.get('limit') ?? String(DEFAULT_LIMIT);
  const limit = /^\d{1,3}$/.test(limitText) ? Number(limitText) : 0;
  if (limit < 1 || limit > MAX_LIMIT)
    faults.push({ pointer: '/limit', detail: `must be a number from 1 to ${MAX_LIMIT}` });
  const cursor = given.get('cursor');
  const after = cursor === undefined ? undefined : cursorOf(cursor);
  if (cursor !== undefined && after === undefined) {
    faults.push({ pointer: '/cursor', detail: 'is no cursor of this list; take it from the page before' });
  }
  if (faults.length > 0) {
    throw new Problem(400, 'invalid-query', 'The query is not valid', {
      detail: 'A parameter of the query is not valid; see errors.',
      faults,
    });
  }
  const filter = (name: 'action' | 'environment' | 'requester'): Partial<ListQuery> => {
    const value = given.get(name);
    return value === undefined ? {} : { [name]: value };
  };
  return {
    ...filter('action'),
    ...filter('environment'),
    ...filter('requester'),
    ...(status !== undefined && isStatus(status) ? { status } : {}),
    ...(after === undefined ? {} : { after }),
    limit,
  };
}
