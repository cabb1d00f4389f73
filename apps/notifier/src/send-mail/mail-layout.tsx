import { type ComponentChildren, type JSX } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { MAIL_STYLE } from './mail-style.js';

/** A named value. */
export const Line = ({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <tr>
    <th scope="row">{name}</th>
    <td>{children}</td>
  </tr>
);

// Readers that drop the style sheet keep these, so that the one thing to do still looks like it.
const BUTTON =
  'display:inline-block;padding:14px 32px;border-radius:8px;background-color:#1f5fd0;color:#ffffff;font-weight:600;text-decoration:none';

/** The one link of a mail about a request. */
export const Button = ({ href, label }: { readonly href: string; readonly label: string }): JSX.Element => (
  <p>
    <a class="review" href={href} style={BUTTON}>
      {label}
    </a>
  </p>
);

/** The HTML part of a mail: complete without its style, and without images, as there are none. */
export const renderMail = (title: string, content: JSX.Element): string =>
  `<!doctype html>${renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: MAIL_STYLE }} />
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          {content}
        </main>
      </body>
    </html>,
  )}`;
