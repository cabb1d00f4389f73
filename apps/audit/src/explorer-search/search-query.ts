import { doorCheck, type Fault } from '@tollgate/contracts';
import { Problem } from '@tollgate/runtime';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { eventFilter } from '../query-ledger/event-query.js';

/** How a day is written. */
export const DAY = /^\d{4}-\d{2}-\d{2}$/;
export const DAY_MS = 24 * 60 * 60_000;
/** How the name of a person or an action begins. */
export const NAME_PART = /^[\w.@:/+-]{1,128}$/;

class SearchParameters {
  @IsOptional()
  @Matches(/^[0-9a-fA-F-]{4,36}$/, {
    message: 'request must be the id of a request, or its first four characters or more',
  })
  request?: string;
  @IsOptional()
  @Matches(NAME_PART, { message: 'person must be how the id of a person begins' })
  person?: string;
  @IsOptional()
  @Matches(NAME_PART, { message: 'action must be how the name of an action begins' })
  action?: string;
  @IsOptional() @Matches(DAY, { message: 'from must be a day such as 2026-11-01' }) from?: string;
  @IsOptional() @Matches(DAY, { message: 'until must be a day such as 2026-11-30' }) until?: string;
  @IsOptional() @IsString() @MaxLength(200) after?: string;
}

/** What the search form says, as it stands in the URL. */
export type SearchForm = Readonly<
  Partial<Record<'request' | 'person' | 'action' | 'from' | 'until', string>>
>;

/** What is asked of the records of a request; at least one record has to fit all of it. */
export interface SearchFilter {
  /** The lowest and the highest id with the beginning that is searched for. */
  readonly requests?: { readonly lowest: string; readonly highest: string };
  /** How the id of a person begins. */
  readonly person?: string;
  /** How the name of an action begins. */
  readonly action?: string;
  /** Recorded at this time or later. */
  readonly from?: Date;
  /** Recorded before this time. */
  readonly to?: Date;
}

/** A search. */
export interface SearchQuery {
  readonly form: SearchForm;
  readonly filter: SearchFilter;
  /** Where the page before ended. */
  readonly after?: string;
}

const check = doorCheck(SearchParameters);
const FIELDS = ['request', 'person', 'action', 'from', 'until'] as const;

/** A form sends also the fields that were left empty. */
export const filled = (parameters: unknown): unknown =>
  typeof parameters === 'object' && parameters !== null
    ? Object.fromEntries(
        Object.entries(parameters)
          .map(([name, value]: [string, unknown]) => [name, typeof value === 'string' ? value.trim() : value])
          .filter(([, value]) => value !== ''),
      )
    : parameters;

/** The fields of a form that hold one text each, whatever it is: for the form to be shown again. */
export const textsOf = (parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

function requestRange(prefix: string): SearchFilter['requests'] {
  const digits = prefix.replaceAll('-', '').toLowerCase();
  const uuid = (filler: string): string =>
    digits
      .padEnd(32, filler)
      .slice(0, 32)
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { lowest: uuid('0'), highest: uuid('f') };
}

/** Reads the search form. @returns what is wrong with it, field by field, or the search */
export function searchQuery(
  parameters: unknown,
): { readonly query: SearchQuery } | { readonly faults: readonly Fault[] } {
  const checked = check(filled(parameters));
  if (!checked.ok) return { faults: checked.faults };
  const { after, ...asked } = checked.value;
  const form: SearchForm = Object.fromEntries(
    FIELDS.flatMap((field) => (asked[field] === undefined ? [] : [[field, asked[field]]])),
  );
  try {
    const from = eventFilter({ from: asked.from }).from;
    const lastDay = eventFilter({ from: asked.until }).from;
    const to = lastDay === undefined ? undefined : new Date(lastDay.getTime() + DAY_MS);
    if (from !== undefined && to !== undefined && from >= to)
      return { faults: [{ pointer: '/until', detail: 'must not be before the first day' }] };
    const { request, person, action } = asked;
    const requests = request === undefined ? undefined : requestRange(request);
    return { query: { form, after, filter: { requests, person, action, from, to } } };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { faults: [{ pointer: '/from', detail: 'or the last day is a day that does not exist' }] };
  }
}

/** The address of a search. */
export function searchPath(form: SearchForm, after?: string): string {
  const parameters = new URLSearchParams({ ...form, ...(after === undefined ? {} : { after }) });
  return parameters.size === 0 ? '/' : `/?${parameters}`;
}
