import { type RiskLevel, RISK_LEVELS } from '@tollgate/contracts';
import { cursorOf, type ListPlace, placeOf } from '../approvals-api/list-cursor.js';
import { type WaitingFilter } from './waiting-keys.store.js';

/** The lists of an inbox. */
export const INBOX_LISTS = ['mine', 'others', 'decided'] as const;
export type InboxList = (typeof INBOX_LISTS)[number];

/** What the address of an inbox page asks for. */
export interface InboxQuery {
  readonly list: InboxList;
  readonly filter: WaitingFilter;
  /** Where the last page ended. */
  readonly after?: ListPlace;
  /** What could not be read, for people; it was left out. */
  readonly faults: readonly string[];
}

/** Names are no longer than this (`NAME_PATTERN`), and no search needs to be. */
const LONGEST = 200;

const textOf = (query: unknown, field: string): string => {
  const value: unknown = query !== null && typeof query === 'object' ? Reflect.get(query, field) : undefined;
  return typeof value === 'string' ? value.trim() : '';
};

const isRisk = (text: string): text is RiskLevel => RISK_LEVELS.some((level) => level === text);
const isList = (text: string): text is InboxList => INBOX_LISTS.some((list) => list === text);
/** What the database can hold and a person can have meant. */
const isText = (text: string): boolean =>
  text.length <= LONGEST && !text.includes('\0') && text.isWellFormed();

/**
 * Reads the query of an inbox page. What is wrong is left out and said: an old bookmark still opens the inbox.
 * @param query as the server parsed it; a field that is there twice is not read
 */
export function readInboxQuery(query: unknown): InboxQuery {
  const faults: string[] = [];
  const field = (name: string, what: string, fits: (text: string) => boolean): string => {
    const text = textOf(query, name);
    if (text === '' || fits(text)) return text;
    faults.push(`${what} could not be read and was left out.`);
    return '';
  };
  const list = field('list', 'The list', isList);
  const action = field('action', 'The action', isText);
  const environment = field('environment', 'The environment', isText);
  const risk = field('risk', 'The risk', isRisk);
  const requester = field('requester', 'The requester', isText);
  const place = field('after', 'The page', (text) => placeOf(text) !== undefined);
  const after = place === '' ? undefined : placeOf(place);
  return {
    list: isList(list) ? list : 'mine',
    filter: {
      ...(action === '' ? {} : { action }),
      ...(environment === '' ? {} : { environment }),
      ...(isRisk(risk) ? { risk } : {}),
      ...(requester === '' ? {} : { requester }),
    },
    ...(after === undefined ? {} : { after }),
    faults,
  };
}

/** The address of an inbox page, the shortest that means it. */
export function inboxPath(
  list: InboxList,
  filter: WaitingFilter = {},
  after: ListPlace | undefined = undefined,
): string {
  const query = new URLSearchParams({
    ...(list === 'mine' ? {} : { list }),
    ...filter,
    ...(after === undefined ? {} : { after: cursorOf(after) }),
  }).toString();
  return query === '' ? '/inbox' : `/inbox?${query}`;
}

/** Whether a list is narrowed at all. */
export const isFiltered = (filter: WaitingFilter): boolean => Object.keys(filter).length > 0;
