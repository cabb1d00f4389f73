/** Somebody who can be picked at the provider for development. */
export interface Pickable {
  /** `sub` of OpenID Connect. */
  readonly subject: string;
  readonly name: string;
  /** What to say beside the name, e.g. roles. */
  readonly remark?: string;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 34rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
.warning { padding: 0.75rem 1rem; border: 3px solid #b3261e; border-radius: 0.75rem; }
button { display: block; width: 100%; min-height: 3rem; margin: 0.5rem 0; padding: 0.5rem 1rem; border: 1px solid; border-radius: 0.6rem; font: inherit; text-align: left; cursor: pointer; }
input { width: 100%; min-height: 3rem; padding: 0.5rem 1rem; font: inherit; box-sizing: border-box; }
`;

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow"><link rel="icon" href="data:,"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escaped(title)}</h1>
<p class="warning"><strong>For development only.</strong> There is no password here: whoever opens this page can be anybody.
Never put it where others can reach it.</p>
${content}</main></body></html>`;

/** The page on which one picks who one is. */
export const pickPage = (action: string, people: readonly Pickable[]): string =>
  page(
    'Who are you?',
    `<form method="post" action="${escaped(action)}">
${people
  .map(
    ({ subject, name, remark }) =>
      `<button name="subject" value="${escaped(subject)}">${escaped(name)}${remark === undefined ? '' : ` (${escaped(remark)})`}</button>`,
  )
  .join('\n')}
</form>
<form method="post" action="${escaped(action)}">
<label>Somebody else, by <code>sub</code>, whom the directory may not know: <input name="subject" required maxlength="200"></label>
<button>Be this one</button></form>
<form method="post" action="${escaped(action)}"><button name="refuse" value="yes">Nobody: go back without signing in</button></form>`,
  );

/** The page for an address that leads to nothing. */
export const faultPage = (what: string): string => page('This does not work', `<p>${escaped(what)}</p>`);
