import { type ComponentChildren, type JSX } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';

/** Where the one stylesheet of all pages is served. */
export const STYLE_PATH = '/assets/page.css';

interface LayoutProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

const Layout = ({ title, children }: LayoutProps): JSX.Element => (
  <html lang="en">
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex, nofollow" />
      <title>{`${title} · Tollgate`}</title>
      <link rel="stylesheet" href={STYLE_PATH} />
    </head>
    <body>
      <header>
        <p class="brand">Tollgate</p>
      </header>
      <main>
        <h1>{title}</h1>
        {children}
      </main>
    </body>
  </html>
);

/** A whole page as HTML. */
export const renderPage = (title: string, content: ComponentChildren): string =>
  `<!doctype html>${renderToStaticMarkup(<Layout title={title}>{content}</Layout>)}`;
