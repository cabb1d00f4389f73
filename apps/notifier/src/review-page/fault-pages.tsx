import { type Page, renderPage } from '../page/page-layout.js';

/** The page for a link that opens nothing. */
export const unknownLinkPage = (): Page =>
  renderPage(
    'This link does not work',
    <>
      <p class="notice bad" role="alert">
        The link was changed on its way, or is not complete, or was never given out. Nothing was changed by
        opening it.
      </p>
      <p>
        Open the link in the mail again, in full: some mail programs cut long links at the end of a line. If
        it still does not work, ask whoever runs Tollgate to send it again.
      </p>
    </>,
  );

/**
 * The page for a form that did not come from the review page.
 * @param path of the review page
 */
export const foreignFormPage = (path: string): Page =>
  renderPage(
    'Nothing was decided',
    <>
      <p class="notice bad" role="alert">
        The form did not come from the page of this request in your browser, so it was not taken. Old browsers
        and mail programs send forms without saying where they come from; use a current one, over HTTPS.
      </p>
      <p>
        <a href={path}>Open the page again</a> and decide there.
      </p>
    </>,
  );
