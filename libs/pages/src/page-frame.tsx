import { type ComponentChildren, type JSX } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { PAGE_STYLE, type PageAsset } from './page-asset.js';

/** A whole page, ready for `sendPage`. */
export interface Page {
  readonly html: string;
  /** Whether it has a script of ours, which its content security policy then lets run. */
  readonly scripted: boolean;
}

/** What a page has around its content. */
export interface PageFrame {
  /** Beside the brand, at the top of the page. */
  readonly navigation?: JSX.Element;
  /** Stylesheets of ours besides the one of all pages. */
  readonly styles?: readonly PageAsset[];
  /** A script of ours, loaded as a module once the page is there. The page has to work without it. */
  readonly script?: PageAsset;
}

/**
 * A whole page in the one look of all pages. Its content is escaped; text from outside still has to go through
 * `visibleText`.
 * @param title of the window and the heading
 */
export function pageFrame(title: string, content: ComponentChildren, frame: PageFrame = {}): Page {
  const { navigation, styles = [], script } = frame;
  const html = renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <title>{`${title} · Tollgate`}</title>
        {[PAGE_STYLE, ...styles].map(({ path }) => (
          <link rel="stylesheet" href={path} />
        ))}
        {script !== undefined && <script type="module" src={script.path} />}
      </head>
      <body>
        <header>
          <div class="bar">
            <p class="brand">Tollgate</p>
            {navigation}
          </div>
        </header>
        <main>
          <h1>{title}</h1>
          {content}
        </main>
      </body>
    </html>,
  );
  return { html: `<!doctype html>${html}`, scripted: script !== undefined };
}

/** A part of a page as HTML, for a script to put in the place of the one that it has. */
export const renderPart = (content: JSX.Element): string => renderToStaticMarkup(content);
