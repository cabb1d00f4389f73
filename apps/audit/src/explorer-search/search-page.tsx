import { type Fault } from '@tollgate/contracts';
import { type Page, pageAsset, visibleText } from '@tollgate/pages';
import { type JSX } from 'preact';
import { explorerPage } from '../explorer-page/explorer-page.js';
import { Status } from '../explorer-page/status.js';
import { Utc } from '../explorer-page/utc.js';
import { type SearchForm } from './search-query.js';
import { type RequestSummary } from './summarize.js';

/** Searches while somebody types. */
export const SEARCH_SCRIPT = pageAsset(new URL('./search.browser.mjs', import.meta.url));

/** What was found. */
export interface SearchResults {
  readonly form: SearchForm;
  readonly requests: readonly RequestSummary[];
  /** The address of the next page. */
  readonly next?: string;
  /** Whether this is not the first page. */
  readonly isLater: boolean;
  readonly faults: readonly Fault[];
  /** The end of the ledger when this was found: for what is new since. */
  readonly end: number;
}

const Found = ({
  requestId,
  status,
  action,
  environment,
  riskLevel,
  requester,
  at,
}: RequestSummary): JSX.Element => (
  <li class="found">
    <p class="what">
      <a href={`/requests/${requestId}`}>
        {action === null ? 'Request' : visibleText(action)}
        {environment !== null && ` in ${visibleText(environment)}`}
      </a>
      <Status status={status} />
    </p>
    <p class="facts">
      {at !== null && <Utc time={at} />}
      {requester !== null && <span>by {visibleText(requester)}</span>}
      {riskLevel !== null && <span>risk {riskLevel}</span>}
      <code>{requestId}</code>
    </p>
  </li>
);

const said = ({ requests, next, isLater }: SearchResults): string => {
  const count = `${requests.length}${next === undefined ? '' : ' or more'}`;
  if (requests.length === 0)
    return next === undefined ? 'Nothing is on record that fits.' : 'Nothing found yet.';
  return `${isLater ? 'Further ' : ''}${count} request${requests.length === 1 && next === undefined ? '' : 's'}, the newest first. Times are UTC.`;
};

/** The part of the page that changes while somebody types. */
export const SearchResultsPart = (results: SearchResults): JSX.Element => (
  <div id="results" data-end={results.end}>
    {results.faults.length > 0 ? (
      <div class="notice bad" role="alert">
        {results.faults.map(({ pointer, detail }) => (
          <p>
            {pointer.slice(1)} {detail}
          </p>
        ))}
      </div>
    ) : (
      <p class="aside" role="status">
        {said(results)}
      </p>
    )}
    <ol class="founds">
      {results.requests.map((request) => (
        <Found {...request} />
      ))}
    </ol>
    {results.next !== undefined && (
      <p>
        <a class="button more" href={results.next}>
          {results.requests.length === 0 ? 'Look further back' : 'Older requests'}
        </a>
      </p>
    )}
  </div>
);

const Field = ({
  name,
  label,
  hint,
  value,
  type = 'text',
}: {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly value?: string;
  readonly type?: 'text' | 'date';
}): JSX.Element => (
  <p>
    <label for={name}>{label}</label>
    {type === 'date' ? (
      <input type="date" id={name} name={name} value={value ?? ''} />
    ) : (
      <input
        type="text"
        id={name}
        name={name}
        value={value ?? ''}
        maxLength={128}
        placeholder={hint}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
    )}
  </p>
);

/** The start page of the explorer: the newest requests, or those that are searched for. */
export const searchPage = (name: string, results: SearchResults): Page =>
  explorerPage(
    'Requests on record',
    <>
      <form method="get" action="/" role="search" id="search" class="search">
        <Field name="request" label="Request" hint="its id, or how it begins" value={results.form.request} />
        <Field name="person" label="Person" hint="erin" value={results.form.person} />
        <Field name="action" label="Action" hint="deploy_prod" value={results.form.action} />
        <Field name="from" label="From (UTC day)" type="date" value={results.form.from} />
        <Field name="until" label="Until (UTC day)" type="date" value={results.form.until} />
        <p class="buttons">
          <button>Search</button>
          <a href="/">Clear</a>
        </p>
      </form>
      <p id="live" class="live" role="status" data-live="/live" />
      <SearchResultsPart {...results} />
    </>,
    { signedIn: { name, current: '/' }, script: SEARCH_SCRIPT },
  );
