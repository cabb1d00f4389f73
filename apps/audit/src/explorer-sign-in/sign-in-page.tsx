import { type Page } from '@tollgate/pages';
import { explorerPage } from '../explorer-page/explorer-page.js';

/** What a sign-in page says besides asking for the key. */
export interface SignInState {
  /** Where it leads. */
  readonly to: string;
  /** What was wrong with the last try. */
  readonly fault?: string;
}

/** The page that asks for a reader's key. */
export const signInPage = ({ to, fault }: SignInState): Page =>
  explorerPage(
    'Sign in to the ledger',
    <>
      {fault !== undefined && (
        <p class="notice bad" role="alert" id="fault">
          {fault}
        </p>
      )}
      <form method="post" action="/sign-in" class="sign-in">
        <input type="hidden" name="to" value={to} />
        <label for="key">Your key to the ledger</label>
        <input
          type="password"
          id="key"
          name="key"
          required
          maxLength={500}
          autocomplete="current-password"
          spellcheck={false}
          aria-describedby={fault === undefined ? 'about' : 'fault about'}
          aria-invalid={fault === undefined ? undefined : 'true'}
        />
        <button>Sign in</button>
        <p id="about" class="aside">
          The same key opens the ledger’s API. It is sent once and not kept; you stay signed in for half an
          hour after the last page. Everything that you look at is on record in the ledger, under the name of
          your key.
        </p>
      </form>
    </>,
  );
