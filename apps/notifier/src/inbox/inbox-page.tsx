import { RISK_LEVELS } from '@tollgate/contracts';
import { type ComponentChildren, type JSX } from 'preact';
import { pageAsset, visibleText } from '@tollgate/pages';
import { type Page, renderPage } from '../page/page-layout.js';
import { MOST_TOGETHER } from './alike.js';
import { type DecidedRow } from './decided-row.js';
import { DecidedCard, WaitingCard } from './inbox-cards.js';
import { type InboxList, inboxPath, type InboxQuery, isFiltered } from './inbox-query.js';
import { type InboxRow, togetherOn } from './inbox-row.js';

/** The script of the inbox: keys, and what is new. */
export const INBOX_SCRIPT = pageAsset(new URL('./inbox.browser.mjs', import.meta.url));

/** What an inbox page shows. */
export interface InboxView {
  /** Who reads it, in words. */
  readonly name: string;
  /** IANA time zone of the reader. */
  readonly zone: string;
  readonly query: InboxQuery;
  readonly content:
    | { readonly kind: 'waiting'; readonly rows: readonly InboxRow[] }
    | { readonly kind: 'decided'; readonly rows: readonly DecidedRow[] };
  /** The address of the next page; absent on the last one. */
  readonly next?: string;
}

const TITLES: Readonly<Record<InboxList, string>> = {
  mine: 'Waits for me',
  others: 'Waits for others',
  decided: 'What I decided',
};
const LISTS: readonly InboxList[] = ['mine', 'others', 'decided'];

const NOTHING: Readonly<Record<InboxList, string>> = {
  mine: 'Nothing waits for you. You get a mail as soon as something does.',
  others: 'Nothing that you have a part in waits for anybody else.',
  decided: 'You have not decided anything yet.',
};

const Tabs = ({ query }: { readonly query: InboxQuery }): JSX.Element => (
  <nav class="tabs" aria-label="Lists">
    <ul>
      {LISTS.map((list) => (
        <li>
          <a
            href={inboxPath(list, query.filter)}
            {...(list === query.list ? { 'aria-current': 'page' as const } : {})}
          >
            {TITLES[list]}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

const Field = ({
  name,
  label,
  value,
}: Readonly<Record<'name' | 'label', string>> & { readonly value?: string | undefined }): JSX.Element => (
  <label>
    {label}
    <input type="text" name={name} value={value} maxLength={200} autocomplete="off" spellcheck={false} />
  </label>
);

const Filters = ({ query: { list, filter } }: { readonly query: InboxQuery }): JSX.Element => (
  <details class="filters" open={isFiltered(filter)}>
    <summary>Filter</summary>
    <form method="get" action="/inbox" role="search">
      {list === 'mine' ? null : <input type="hidden" name="list" value={list} />}
      <Field name="action" label="Action" value={filter.action} />
      <Field name="environment" label="Environment" value={filter.environment} />
      <label>
        Risk
        <select name="risk">
          <option value="">any</option>
          {RISK_LEVELS.map((level) => (
            <option value={level} selected={level === filter.risk}>
              {level}
            </option>
          ))}
        </select>
      </label>
      <Field name="requester" label="Asked by" value={filter.requester} />
      <div class="buttons">
        <button class="quiet">Show</button>
        {isFiltered(filter) && <a href={inboxPath(list)}>Show all</a>}
      </div>
    </form>
  </details>
);

const Waiting = ({ rows }: { readonly rows: readonly InboxRow[] }): JSX.Element => {
  const together = togetherOn(rows);
  const list = (
    <ol class="inbox">
      {rows.map((row) => (
        <WaitingCard row={row} isPickable={row.together !== undefined && together.has(row.together)} />
      ))}
    </ol>
  );
  if (together.size === 0) return list;
  return (
    <form method="get" action="/inbox/several">
      <p class="aside">
        Requests that are alike may be decided together: select them. Each gets its own decision on record.
      </p>
      {list}
      <div class="selection">
        <button>Decide the selected together</button>
        <span class="aside">At most {MOST_TOGETHER}. You see all of them again first.</span>
      </div>
    </form>
  );
};

const Nothing = ({ query }: { readonly query: InboxQuery }): JSX.Element => (
  <section>
    <p>
      {isFiltered(query.filter) ? (
        <>
          Nothing here fits the filter. <a href={inboxPath(query.list)}>Show all</a>
        </>
      ) : query.after !== undefined ? (
        <>
          There is nothing more. <a href={inboxPath(query.list, query.filter)}>Back to the beginning</a>
        </>
      ) : (
        NOTHING[query.list]
      )}
    </p>
  </section>
);

const Pages = ({ query, next }: Pick<InboxView, 'query' | 'next'>): JSX.Element | null =>
  next === undefined && query.after === undefined ? null : (
    <nav class="pages" aria-label="Pages">
      {query.after !== undefined && <a href={inboxPath(query.list, query.filter)}>Back to the beginning</a>}
      {next !== undefined && (
        <a href={next} rel="next">
          {query.list === 'decided' ? 'Earlier ones' : 'Later ones'}
        </a>
      )}
    </nav>
  );

/** Shown by the script alone: without it there are no such keys. */
const Keys = (): JSX.Element => (
  <details class="keys" id="keys" hidden>
    <summary>Keys</summary>
    <dl>
      {[
        ['j, ↓', 'the next request'],
        ['k, ↑', 'the one before'],
        ['Enter', 'opens it'],
        ['x', 'selects it, where it may be decided with others'],
        ['?', 'shows or hides this'],
      ].map(([key, what]) => (
        <div class="row">
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  </details>
);

/** The inbox of somebody who is signed in. */
export function inboxPage({ name, zone, query, content, next }: InboxView): Page {
  let list: ComponentChildren;
  if (content.rows.length === 0) list = <Nothing query={query} />;
  else if (content.kind === 'waiting') list = <Waiting rows={content.rows} />;
  else
    list = (
      <ol class="inbox">
        {content.rows.map((row) => (
          <DecidedCard row={row} />
        ))}
      </ol>
    );
  return renderPage(
    'Inbox',
    <>
      <Tabs query={query} />
      {query.faults.map((fault) => (
        <p class="notice warning" role="alert">
          {fault}
        </p>
      ))}
      <Filters query={query} />
      {content.rows.length > 0 && (
        <p class="aside">
          {query.list === 'decided' ? 'The newest first. ' : 'The nearest deadline first. '}
          Times are those of {visibleText(zone)}.
        </p>
      )}
      {list}
      <Pages query={query} next={next} />
      <Keys />
      <div
        class="live"
        id="live"
        role="status"
        data-list={query.list}
        data-again={inboxPath(query.list, query.filter)}
      />
    </>,
    { signedIn: { name, current: '/inbox' }, script: INBOX_SCRIPT },
  );
}
