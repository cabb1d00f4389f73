import { type DelegationDocument } from '@tollgate/contracts';
import { type JSX } from 'preact';
import { type Instant } from '../approval/approval.js';
import { nameOf } from '../ask/describe-ask.js';
import { visibleText } from '@tollgate/pages';
import { type Contact } from '../contacts/contact.js';
import { type Page, type PageExtras, renderPage } from '../page/page-layout.js';
import { type AbsenceTyped } from './absence-form.js';
import { listedTime } from './describe-deadline.js';
import { requestPath } from './inbox-cards.js';

/** What the page of absences shows. */
export interface AbsenceView {
  readonly person: string;
  /** IANA time zone of the reader. */
  readonly zone: string;
  readonly now: Instant;
  /** From and to the reader, the latest first. */
  readonly delegations: readonly DelegationDocument[];
  readonly contacts: ReadonlyMap<string, Contact>;
  readonly typed: AbsenceTyped;
  /** What the one request is about, where the page is for one. */
  readonly request?: string;
  readonly faults: readonly string[];
  /** What was done just now. */
  readonly done?: string;
}

const STATES: Readonly<Record<DelegationDocument['state'], string>> = {
  ahead: 'not begun',
  'in-force': 'in force',
  ended: 'over',
  revoked: 'revoked',
};

/** From when until when, or for what. */
const Span = ({
  delegation,
  view: { now, zone },
}: {
  readonly delegation: DelegationDocument;
  readonly view: AbsenceView;
}): JSX.Element => {
  const time = (timestamp: string): JSX.Element => {
    const { iso, text } = listedTime(Date.parse(timestamp), now, zone);
    return <time dateTime={iso}>{text}</time>;
  };
  const { requestId, startsAt, endsAt } = delegation;
  if (requestId !== undefined)
    return (
      <>
        for <a href={requestPath(requestId)}>one request</a>, from {time(startsAt)}
      </>
    );
  return (
    <>
      from {time(startsAt)}
      {endsAt === undefined ? '' : <> until {time(endsAt)}</>}
    </>
  );
};

const One = ({
  delegation,
  view,
}: {
  readonly delegation: DelegationDocument;
  readonly view: AbsenceView;
}): JSX.Element => {
  const { id, from, to, state, reason, revokedWhy, declaredAs, declaredBy } = delegation;
  const isMine = from === view.person;
  return (
    <li class="card">
      <div class="what">
        <p>
          {isMine ? (
            <>
              <strong>{visibleText(nameOf(to, view.contacts))}</strong> stands for you
            </>
          ) : (
            <>
              You stand for <strong>{visibleText(nameOf(from, view.contacts))}</strong>
            </>
          )}{' '}
          <Span delegation={delegation} view={view} />. <strong>{STATES[state]}</strong>
        </p>
        {reason !== '' && <q>{visibleText(reason)}</q>}
        {declaredAs === 'operator' && (
          <p class="aside">Declared by the operator {visibleText(declaredBy)}.</p>
        )}
        {revokedWhy !== undefined && <p class="aside">{visibleText(revokedWhy)}</p>}
        {isMine && (state === 'in-force' || state === 'ahead') && (
          <form method="post" action="/inbox/absence/revoke">
            <input type="hidden" name="id" value={id} />
            <button
              class="quiet"
              aria-label={`Revoke: ${visibleText(nameOf(to, view.contacts))} stands for you`}
            >
              Revoke
            </button>
          </form>
        )}
      </div>
    </li>
  );
};

const Form = ({ typed, zone, request, faults }: AbsenceView): JSX.Element => (
  <section>
    <h2>{request === undefined ? 'Declare an absence' : 'Let somebody else decide'}</h2>
    {request !== undefined && (
      <p>
        <a href={requestPath(typed.request)}>{visibleText(request)}</a>
      </p>
    )}
    {faults.length > 0 && (
      <div class="notice bad" role="alert" id="fault">
        {faults.map((fault) => (
          <p>{visibleText(fault)}</p>
        ))}
        <p>Nothing was changed.</p>
      </div>
    )}
    <form method="post" action="/inbox/absence" class="fields">
      {request !== undefined && <input type="hidden" name="request" value={typed.request} />}
      <label>
        Who stands for you
        <input
          type="text"
          name="to"
          value={typed.to}
          required
          maxLength={320}
          autocomplete="off"
          aria-describedby="to-hint"
        />
      </label>
      <p class="aside" id="to-hint">
        Their id, full name or mail address.
      </p>
      {request === undefined && (
        <>
          <label>
            From (nothing means now)
            <input type="datetime-local" name="from" value={typed.from} />
          </label>
          <label>
            Until
            <input type="datetime-local" name="until" value={typed.until} required />
          </label>
          <p class="aside">Times are those of {visibleText(zone)}.</p>
        </>
      )}
      <label for="reason">Why (others see it)</label>
      <textarea id="reason" name="reason" rows={2} maxLength={1000}>
        {typed.reason}
      </textarea>
      <button>{request === undefined ? 'Declare it' : 'Let them decide'}</button>
    </form>
    <p class="aside">
      They are asked where you are asked, except on requests in which they have a part themselves. You may
      still decide; your own word wins.
    </p>
  </section>
);

/** The page on which somebody says who stands for them. */
export const absencePage = (view: AbsenceView, extras: PageExtras): Page =>
  renderPage(
    'Absence',
    <>
      {view.done !== undefined && (
        <p class="notice good" role="status">
          {visibleText(view.done)}
        </p>
      )}
      <Form {...view} />
      <h2>Declared</h2>
      {view.delegations.length === 0 ? (
        <section>
          <p>Nobody stands for you, and you stand for nobody.</p>
        </section>
      ) : (
        <ul class="inbox">
          {view.delegations.map((delegation) => (
            <One delegation={delegation} view={view} />
          ))}
        </ul>
      )}
    </>,
    extras,
  );
