import { type JSX } from 'preact';
import { type Page, type PageExtras, renderPage } from '../page/page-layout.js';
import { signInPath } from '../sign-in/sign-in-pages.js';
import { ownPath } from '../sign-in/own-path.js';
import { backTo } from './inbox-door.js';

/** What a person had filled in when their session was found to be over. */
export interface Unsent {
  /** Where the form goes. */
  readonly action: string;
  /** The page that it is on. */
  readonly to: string;
  /** Fields that are sent again, so that the page can be shown once more; never a verdict. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** The session is there, and its sign-in too long ago. */
  readonly isOld?: boolean;
  /** What was written, with its field's name. */
  readonly written: readonly (readonly [name: string, label: string, value: string])[];
}

const Written = ({
  name,
  label,
  value,
}: Readonly<Record<'name' | 'label' | 'value', string>>): JSX.Element => (
  <p>
    <label for={`written-${name}`}>{label}</label>
    <textarea id={`written-${name}`} name={name} rows={3}>
      {value}
    </textarea>
  </p>
);

/** The page for a form that came after its session had ended: nothing is lost, and nothing decided. */
export const sessionOverPage = ({ action, to, fields, written, isOld = false }: Unsent): Page =>
  renderPage(
    isOld ? 'Sign in again' : 'You are not signed in any more',
    <>
      <p class="notice bad" role="alert">
        {isOld
          ? 'This request asks for a recent sign-in, and yours is too long ago'
          : 'Your session had ended'}
        , so nothing was decided. What you wrote is kept on this page.
      </p>
      <section>
        <p>Sign in, in another tab, and come back to this one. Then go on: you choose again what you say.</p>
        <p>
          <a class="button" href={signInPath(backTo(to), 'recent')} target="_blank" rel="noopener noreferrer">
            Sign in (in another tab)
          </a>
        </p>
        <form method="post" action={action}>
          {fields.map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          {written.map(([name, label, value]) => (
            <Written name={name} label={label} value={value} />
          ))}
          <button>I am signed in: go on</button>
        </form>
      </section>
    </>,
  );

/**
 * The page for a form of a page that can be filled in by its address: signing in leads back to it as it was.
 * @param written what may be too long for an address
 */
export const fillInAgainPage = (to: string, written: string): Page =>
  renderPage(
    'You are not signed in any more',
    <>
      <p class="notice bad" role="alert">
        Your session had ended, so nothing was changed.
      </p>
      <p>
        <a class="button" href={signInPath(backTo(to))}>
          Sign in and go on
        </a>
      </p>
      {ownPath(to) === undefined && written !== '' && (
        <section>
          <label for="written">What you wrote is too long to be carried over; copy it.</label>
          <textarea id="written" rows={4} readOnly>
            {written}
          </textarea>
        </section>
      )}
    </>,
  );

/** The page for a request that does not exist, or asks its reader nothing: nobody is told which. */
export const noSuchRequestPage = (extras: PageExtras): Page =>
  renderPage(
    'There is no such request',
    <>
      <p class="notice bad" role="alert">
        No request with this address asks you, or ever did. If it was submitted just now, look again in a
        moment.
      </p>
      <p>
        <a href="/inbox">Back to the inbox</a>
      </p>
    </>,
    extras,
  );

/** The page for a form that another page sent. */
export const foreignInboxFormPage = (to: string): Page =>
  renderPage(
    'Nothing was changed',
    <>
      <p class="notice bad" role="alert">
        The form did not come from a page of Tollgate in your browser, so it was not taken. If you did fill it
        in yourself, your browser does not say where forms come from: use a current one, over HTTPS.
      </p>
      <p>
        <a href={to}>Open the page again</a>.
      </p>
    </>,
  );
