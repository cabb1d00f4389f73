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

/** Opens a review page. */
export async function openReview(link: string): Promise<{ readonly status: number; readonly html: string }> {
  const response = await fetch(link);
  return { status: response.status, html: await response.text() };
}

/** Sends the form of a review page, as the page itself would. */
export async function decide(
  link: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly html: string }> {
  const { html } = await openReview(link);
  const form = decisionForm(html, link);
  const response = await fetch(form.action, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: new URL(link).origin,
      'sec-fetch-site': 'same-origin',
      ...headers,
    },
    body: new URLSearchParams({ ...form.hidden, ...fields }),
    redirect: 'follow',
  });
  return { status: response.status, html: await response.text() };
}
