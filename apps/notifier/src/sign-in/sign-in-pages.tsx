import { type JSX } from 'preact';
import { type Page, renderPage } from '../page/page-layout.js';
import { type SignInFaultKind } from './sign-in-fault.js';

/** Where to sign in, and to be on `to` afterwards. */
export const signInPath = (to: string, ask?: SignInAsk): string =>
  `/sign-in?to=${encodeURIComponent(to)}${ask === undefined ? '' : `&ask=${ask}`}`;

/** `recent`: the provider must have seen the person a short time ago; `again`: it must ask now who it is. */
export type SignInAsk = 'recent' | 'again';

interface Words {
  readonly title: string;
  readonly what: string;
  readonly next: string;
  readonly again: boolean;
}

const WORDS: Readonly<Record<SignInFaultKind, Words>> = {
  denied: {
    title: 'You are not signed in',
    what: 'The sign-in was refused, or you turned back. Nothing was changed.',
    next: 'Sign in again. If it is refused again, ask whoever runs your organisation’s sign-in.',
    again: true,
  },
  expired: {
    title: 'This sign-in is over',
    what: 'It took more than ten minutes, was finished already, or was begun in another browser. Nothing was changed.',
    next: 'Sign in again, in this browser. It has to keep cookies of this page.',
    again: true,
  },
  unproven: {
    title: 'You are not signed in',
    what: 'What came back from the sign-in does not prove who you are. Nothing was changed.',
    next: 'Sign in again. If it happens again, tell whoever runs Tollgate; the log says what was wrong.',
    again: true,
  },
  'unknown-person': {
    title: 'Tollgate does not know you',
    what: 'You signed in, but the directory has nobody with this identity as active. Nothing was changed.',
    next: 'Sign in as somebody else, or ask whoever keeps the directory of Tollgate to add your identity.',
    again: true,
  },
  'provider-down': {
    title: 'Signing in does not work at the moment',
    what: 'The service at which people sign in does not answer. Nothing was changed.',
    next: 'Try again in a minute. Decisions that need no sign-in can be made meanwhile.',
    again: true,
  },
  misconfigured: {
    title: 'Signing in does not work',
    what: 'The service at which people sign in is not set up as Tollgate expects it. Nothing was changed.',
    next: 'Tell whoever runs Tollgate; the log says what is wrong.',
    again: true,
  },
  none: {
    title: 'There is no sign-in here',
    what: 'This Tollgate was set up without a sign-in for browsers.',
    next: 'Whoever runs it can give it an OpenID provider; see OIDC_DISCOVERY_URL in docs/settings.md.',
    again: false,
  },
};

/** The status of the page for each fault. */
export const FAULT_STATUS: Readonly<Record<SignInFaultKind, number>> = {
  denied: 403,
  expired: 400,
  unproven: 400,
  'unknown-person': 403,
  'provider-down': 503,
  misconfigured: 503,
  none: 404,
};

/** A button that signs in: a link, as the address leads to another site in the end. */
export const SignInButton = ({
  to,
  ask,
  children = 'Sign in',
}: {
  readonly to: string;
  readonly ask?: SignInAsk;
  readonly children?: string;
}): JSX.Element => (
  <p>
    <a class="button" href={signInPath(to, ask)}>
      {children}
    </a>
  </p>
);

/** The page for somebody who is not signed in though they tried. */
export function signInFaultPage(kind: SignInFaultKind, to: string): Page {
  const { title, what, next, again } = WORDS[kind];
  return renderPage(
    title,
    <>
      <p class="notice bad" role="alert">
        {what}
      </p>
      <p>{next}</p>
      {again && <SignInButton to={to} ask={kind === 'unknown-person' ? 'again' : undefined} />}
    </>,
  );
}

/** The page for an address that would lead elsewhere. */
export const foreignAddressPage = (): Page =>
  renderPage(
    'This address leads elsewhere',
    <p class="notice bad" role="alert">
      Signing in leads back to a page of Tollgate only, and this address names another one. Open the page that
      you want to see, and sign in there.
    </p>,
  );

/** The page after signing out. */
export const signedOutPage = (): Page =>
  renderPage(
    'You are signed out',
    <>
      <p class="notice good">
        This browser is signed out of Tollgate. The service at which you sign in may still know you.
      </p>
      <SignInButton to="/inbox" ask="again" />
    </>,
  );

/** The page for a sign-out that another page sent. */
export const foreignSignOutPage = (): Page =>
  renderPage(
    'You are still signed in',
    <p class="notice bad" role="alert">
      The form did not come from a page of Tollgate in your browser, so it was not taken.
    </p>,
  );
