import { PlainBrowser } from '@tollgate/servers';

/** A form of a page, as a browser without scripts would send it. */
export interface PageForm {
  readonly action: string;
  /** Hidden fields with their values. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Names of all fields that a person fills. */
  readonly open: readonly string[];
}

const unescape = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : unescape(value);
};

/** The form of a page that posts a decision. */
export function decisionForm(html: string, pageUrl: string): PageForm {
  const form = /<form\b[^>]*method="post"[^>]*>[\s\S]*?<\/form>/i.exec(html)?.[0];
  if (form === undefined) throw new Error('the page has no form');
  const opening = /<form\b[^>]*>/.exec(form)?.[0] ?? '';
  const fields = [...form.matchAll(/<(?:input|textarea)\b[^>]*>/g)].map(([tag]) => tag);
  const isHidden = (tag: string): boolean => attribute(tag, 'type') === 'hidden';
  const named = (tags: string[]) =>
    tags.map((tag) => attribute(tag, 'name')).filter((name) => name !== undefined);
  return {
    action: new URL(attribute(opening, 'action') ?? '', pageUrl).href,
    hidden: Object.fromEntries(
      fields.filter(isHidden).map((tag) => [attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? '']),
    ),
    open: [...new Set(named(fields.filter((tag) => !isHidden(tag))))],
  };
}

/** The way of a page to the sign-in, where it asks for one. */
const signInLink = (html: string): string | undefined => {
  const href = /<a\b[^>]*\shref="(\/sign-in\?[^"]*)"/.exec(html)?.[1];
  return href === undefined ? undefined : unescape(href);
};

/**
 * Opens a review page, and signs in where it asks for that.
 * @param person whom the link was given to, by id
 */
export async function openReview(
  link: string,
  person = 'erin',
  browser = new PlainBrowser(),
): Promise<{ readonly status: number; readonly html: string; readonly browser: PlainBrowser }> {
  const page = await browser.get(link);
  const wanted = page.status === 403 ? signInLink(page.html) : undefined;
  if (wanted === undefined) return { status: page.status, html: page.html, browser };
  const asked = await browser.get(new URL(wanted, link).href);
  const { status, html } = asked.url === link ? asked : await browser.pick(asked, person);
  return { status, html, browser };
}

/**
 * Sends the form of a review page, as the page itself would, and signs in where that is asked for.
 * @param person whom the link was given to, by id
 */
export async function decide(
  link: string,
  fields: Readonly<Record<string, string>>,
  person = 'erin',
): Promise<{ readonly status: number; readonly html: string }> {
  const { html, browser } = await openReview(link, person);
  const form = decisionForm(html, link);
  return browser.post(form.action, { ...form.hidden, ...fields });
}
