import { type ComponentChildren, type JSX } from 'preact';
import { type Page, pageAsset, type PageAsset, pageFrame, visibleText } from '@tollgate/pages';

export { type Page, renderPart } from '@tollgate/pages';

/** The stylesheet of what only these pages have: lists of approvals. */
export const APPROVALS_STYLE = pageAsset(new URL('./approvals.css', import.meta.url));

/** The parts of the service that a signed-in person finds in the navigation of each page. */
const PLACES = [
  { path: '/inbox', name: 'Inbox' },
  { path: '/inbox/absence', name: 'Absence' },
  { path: '/passkeys', name: 'Passkeys' },
] as const;

/** What a page has besides its content. */
export interface PageExtras {
  /** For somebody who is signed in: the navigation, with their name and a way to sign out. */
  readonly signedIn?: {
    /** Who it is, as the page says it. */
    readonly name: string;
    /** The path of the part of the service that this page belongs to. */
    readonly current?: (typeof PLACES)[number]['path'];
  };
  /** A script of ours, loaded as a module once the page is there. The page has to work without it. */
  readonly script?: PageAsset;
}

const Navigation = ({ name, current }: NonNullable<PageExtras['signedIn']>): JSX.Element => (
  <nav aria-label="Tollgate">
    <ul>
      {PLACES.map((place) => (
        <li>
          <a href={place.path} aria-current={place.path === current ? 'page' : undefined}>
            {place.name}
          </a>
        </li>
      ))}
    </ul>
    <form method="post" action="/sign-out">
      <span class="who">{visibleText(name)}</span> <button class="quiet">Sign out</button>
    </form>
  </nav>
);

/**
 * A whole page in the one look of all pages. Its content is escaped; text of a requester still has to go through
 * `visibleText`.
 * @param title of the window and the heading
 */
export const renderPage = (
  title: string,
  content: ComponentChildren,
  { signedIn, script }: PageExtras = {},
): Page =>
  pageFrame(title, content, {
    navigation: signedIn === undefined ? undefined : <Navigation {...signedIn} />,
    styles: [APPROVALS_STYLE],
    script,
  });
