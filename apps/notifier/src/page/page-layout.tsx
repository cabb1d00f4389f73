import { type ComponentChildren, type JSX } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { visibleText } from '../ask/visible-text.js';
import { PAGE_STYLE, type PageAsset } from './page-asset.js';

/** A whole page, ready for `sendPage`. */
export interface Page {
  readonly html: string;
  /** Whether it has a script of ours, which its content security policy then lets run. */
  readonly scripted: boolean;
}

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

interface LayoutProps extends PageExtras {
  readonly title: string;
  readonly children: ComponentChildren;
}

const Layout = ({ title, signedIn, script, children }: LayoutProps): JSX.Element => (
  <html lang="en">
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex, nofollow" />
      <title>{`${title} · Tollgate`}</title>
      <link rel="stylesheet" href={PAGE_STYLE.path} />
      {script !== undefined && <script type="module" src={script.path} />}
    </head>
    <body>
      <header>
        <div class="bar">
          <p class="brand">Tollgate</p>
          {signedIn !== undefined && <Navigation {...signedIn} />}
        </div>
      </header>
      <main>
        <h1>{title}</h1>
        {children}
      </main>
    </body>
  </html>
);

/**
 * A whole page in the one look of all pages. Its content is escaped; text of a requester still has to go through
 * `visibleText`.
 * @param title of the window and the heading
 */
export const renderPage = (title: string, content: ComponentChildren, extras: PageExtras = {}): Page => ({
  html: `<!doctype html>${renderToStaticMarkup(
    <Layout title={title} {...extras}>
      {content}
    </Layout>,
  )}`,
  scripted: extras.script !== undefined,
});

/** A part of a page as HTML, for a script to put in the place of the one that it has. */
export const renderPart = (content: JSX.Element): string => renderToStaticMarkup(content);
