import { type Fault, isUuid, PRODUCER_NAME } from '@tollgate/contracts';
import { Problem } from '@tollgate/runtime';
import { type MessagePlace } from './message-list.store.js';

/** Which of the messages that were given up a reader wants. */
export interface GivenUpQuery {
  readonly producer?: string;
  readonly after?: MessagePlace;
  readonly limit: number;
}

const DEFAULT_LIMIT = 50;
/** Entries of a page at most. */
export const MAX_LIMIT = 200;
const PARAMETERS = ['producer', 'cursor', 'limit'];

/** The cursor as it goes out: opaque to readers. */
export const placeText = ({ endedAt, requestId, type }: MessagePlace): string =>
  Buffer.from(`${endedAt} ${requestId} ${type}`).toString('base64url');

function placeOf(text: string): MessagePlace | undefined {
  const [endedAt = '', requestId = '', type = ''] = Buffer.from(text, 'base64url')
    .toString('utf8')
    .split(' ');
  const place = { endedAt, requestId, type };
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(endedAt);
  return isTime &&
    !Number.isNaN(Date.parse(endedAt)) &&
    isUuid(requestId) &&
    /^[a-z.]+$/.test(type) &&
    placeText(place) === text
    ? place
    : undefined;
}

/**
 * Reads the query of `GET /v1/webhooks`.
 * @throws Problem 400 naming each parameter that is not valid
 */
export function givenUpQuery(query: unknown): GivenUpQuery {
  const faults: Fault[] = [];
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (!PARAMETERS.includes(name)) faults.push({ pointer: `/${name}`, detail: 'is not a known parameter' });
    else if (typeof value !== 'string') faults.push({ pointer: `/${name}`, detail: 'must be given once' });
    else given.set(name, value);
  }
  const producer = given.get('producer');
  if (producer !== undefined && !PRODUCER_NAME.test(producer))
    faults.push({ pointer: '/producer', detail: 'is no name of a producer' });
  const limitText = given.get('limit') ?? String(DEFAULT_LIMIT);
  const limit = /^\d{1,3}$/.test(limitText) ? Number(limitText) : 0;
  if (limit < 1 || limit > MAX_LIMIT)
    faults.push({ pointer: '/limit', detail: `must be a number from 1 to ${MAX_LIMIT}` });
  const cursor = given.get('cursor');
  const after = cursor === undefined ? undefined : placeOf(cursor);
  if (cursor !== undefined && after === undefined)
    faults.push({ pointer: '/cursor', detail: 'is no cursor of this list; take it from the page before' });
  if (faults.length > 0)
    throw new Problem(400, 'invalid-query', 'The query is not valid', {
      detail: 'A parameter of the query is not valid; see errors.',
      faults,
    });
  return {
    limit,
    ...(producer === undefined ? {} : { producer }),
    ...(after === undefined ? {} : { after }),
  };
}
