const LONGEST = 500;

/** Where somebody goes who says nothing. */
export const START_PATH = '/inbox';

/**
 * The path of a page of this service, as it is asked for in a query.
 * @param to what was asked for; nothing means the start page
 * @returns undefined for anything that leads elsewhere, or that a browser may read differently from this service
 */
export function ownPath(to: unknown): string | undefined {
  if (to === undefined || to === '') return START_PATH;
  if (typeof to !== 'string' || to.length > LONGEST) return undefined;
  // Visible ASCII without the backslash, which browsers take for a slash; `//host` is another host.
  if (!/^\/(?!\/)[!-[\]-~]*$/.test(to)) return undefined;
  const own = 'http://own.invalid';
  const url = URL.canParse(to, own) ? new URL(to, own) : undefined;
  if (url === undefined || url.origin !== own) return undefined;
  const path = `${url.pathname}${url.search}`;
  // Signing in leads to a page, never to signing in or out again.
  return path.startsWith('//') || /^\/sign-(in|out)(\/|\?|$)/.test(path) ? undefined : path;
}
