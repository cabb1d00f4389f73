import { type Verdict, VERDICTS } from '@tollgate/contracts';
import { type ComponentChildren, type JSX } from 'preact';
import { visibleLines, visibleText } from '@tollgate/pages';
import { MAX_REASON } from '../cast-vote/reason.js';
import { Json, Row } from '../review-page/ask-details.js';
import { type Page, type PageExtras, renderPage } from '../page/page-layout.js';
import { SignInButton } from '../sign-in/sign-in-pages.js';
import { type Alike } from './alike.js';
import { requestPath, Risk } from './inbox-cards.js';
import { type LeftOut, type OneOfSeveral, type Several, shownText } from './several.js';

/** Where several requests are looked at together. */
export const severalPath = (requestIds: readonly string[]): string =>
  `/inbox/several?${new URLSearchParams(requestIds.map((id) => ['id', id])).toString()}`;

/** What the form of a page for several requests carries, and what was wrong with the last attempt. */
export interface SeveralForm {
  /** The one-time value of this view. */
  readonly view: string;
  readonly reason?: string;
  readonly fault?: string;
  /** The policy asks for a more recent sign-in than the reader's: instead of a form there is a way to sign in. */
  readonly signInAgain?: boolean;
}

const CHOICES: Readonly<Record<Verdict, string>> = {
  approve: 'Approve all of these',
  deny: 'Deny all of these',
  abstain: 'Abstain from all of these',
};

const kindInWords = ({ action, environment, rule }: Alike): string =>
  visibleText(`${action} in ${environment}, by the policy line ${rule}`);

const List = ({ items }: { readonly items: readonly OneOfSeveral[] }): JSX.Element => (
  <ol class="inbox several">
    {items.map(({ shown, row, asked }) => (
      <li class="card">
        <div class="what">
          <h2>
            <a href={requestPath(row.requestId)}>
              {visibleText(row.action)} in {visibleText(row.environment)}
            </a>
          </h2>
          <p>
            Asked by {visibleText(row.requester)}, until{' '}
            <time dateTime={row.deadline.iso}>{row.deadline.text}</time> ({row.left}).
          </p>
          {row.said !== undefined && <p class="said">{visibleText(row.said)}</p>}
          <dl>
            <Row name="Target">
              <Json value={asked.target} />
            </Row>
            <Row name="Parameters">
              <Json value={asked.parameters} />
            </Row>
            <Row name="Reason given">
              <pre class="prose">{visibleLines(asked.reason).join('\n')}</pre>
            </Row>
            <Row name="Content hash">
              <code class="hash">{shown.contentHash}</code>
            </Row>
          </dl>
        </div>
      </li>
    ))}
  </ol>
);

const LeftOutList = ({ leftOut }: { readonly leftOut: readonly LeftOut[] }): JSX.Element | null =>
  leftOut.length === 0 ? null : (
    <section>
      <h2>Not among them</h2>
      <ul class="people">
        {leftOut.map(({ requestId, what, why }) => (
          <li>
            {what === undefined ? requestId : <a href={requestPath(requestId)}>{visibleText(what)}</a>}:{' '}
            {visibleText(why)}
          </li>
        ))}
      </ul>
    </section>
  );

const Form = ({
  items,
  form,
}: {
  readonly items: readonly OneOfSeveral[];
  readonly form: SeveralForm;
}): JSX.Element => {
  const wanting = VERDICTS.filter((verdict) => items.some(({ reasonFor }) => reasonFor.includes(verdict)));
  return (
    <section>
      <h2>Your decision on all {items.length}</h2>
      {form.fault !== undefined && (
        <p class="notice bad" role="alert" id="fault">
          {visibleText(form.fault)}
        </p>
      )}
      <form method="post" action="/inbox/several/decision">
        {items.map(({ shown }) => (
          <input type="hidden" name="request" value={shownText(shown)} />
        ))}
        <input type="hidden" name="view" value={form.view} />
        <fieldset aria-describedby={form.fault === undefined ? undefined : 'fault'}>
          <legend>What do you say?</legend>
          {VERDICTS.map((verdict) => (
            <label class="choice">
              <input type="radio" name="verdict" value={verdict} required /> {CHOICES[verdict]}
            </label>
          ))}
        </fieldset>
        <label for="reason">Reason, the same for each of them</label>
        {wanting.length > 0 && (
          <p class="aside" id="reason-wanted">
            {wanting.length === VERDICTS.length
              ? 'Needed, whatever you say.'
              : `Needed if you ${wanting.join(' or ')}.`}
          </p>
        )}
        <textarea
          id="reason"
          name="reason"
          rows={3}
          maxLength={MAX_REASON}
          aria-describedby={wanting.length > 0 ? 'reason-wanted' : undefined}
          required={wanting.length === VERDICTS.length}
        >
          {form.reason ?? ''}
        </textarea>
        <button type="submit">Submit {items.length} decisions</button>
      </form>
      <p class="aside">Each request gets its own decision on record.</p>
    </section>
  );
};

/**
 * The page on which several requests are decided together; where what was selected is not alike, each kind by itself.
 * @param formOf makes the form of the one group that there is
 */
export function severalPage(
  { groups, leftOut }: Several,
  extras: PageExtras,
  formOf: (items: readonly OneOfSeveral[], alike: Alike) => SeveralForm,
): Page {
  const [first, second] = groups;
  const page = (title: string, content: ComponentChildren): Page =>
    renderPage(
      title,
      <>
        {content}
        <LeftOutList leftOut={leftOut} />
        <p>
          <a href="/inbox">Back to the inbox</a>
        </p>
      </>,
      extras,
    );
  if (first === undefined)
    return page(
      'Nothing to decide together',
      <p class="notice">Select requests in the inbox that are alike, and decide them here.</p>,
    );
  if (second !== undefined)
    return page(
      'These are not alike',
      <>
        <p class="notice">
          Only what is alike is decided together: the same action, environment, risk, policy line and sign-in.
          You selected {groups.length} kinds; decide one kind after the other.
        </p>
        {groups.map(({ alike, items }) => (
          <section>
            <h2>{kindInWords(alike)}</h2>
            <p>
              <Risk level={alike.risk} />
            </p>
            <p>
              <a
                class="button"
                href={
                  items.length === 1
                    ? requestPath(items[0]?.row.requestId ?? '')
                    : severalPath(items.map(({ row }) => row.requestId))
                }
              >
                {items.length === 1 ? 'Decide this one' : `Decide these ${items.length} together`}
              </a>
            </p>
          </section>
        ))}
      </>,
    );
  const { alike, items } = first;
  const form = formOf(items, alike);
  return page(
    `Decide ${items.length} together`,
    <>
      <p>
        {kindInWords(alike)}. <Risk level={alike.risk} />
      </p>
      <List items={items} />
      {form.signInAgain === true ? (
        <section>
          <p class="notice">These requests ask for a recent sign-in, and yours is too long ago.</p>
          <SignInButton to={severalPath(items.map(({ row }) => row.requestId))} ask="recent">
            Sign in again
          </SignInButton>
        </section>
      ) : (
        <Form items={items} form={form} />
      )}
    </>,
  );
}
