const LONGEST = 500;
const START = '/';

/**
 * Where a sign-in leads: a page of the explorer.
 * @returns the start page for anything that leads elsewhere, or that a browser may read differently from this service
 */
export function ownPlace(to: unknown): string {
  // Visible ASCII without the backslash, which browsers take for a slash; `//host` is another host.
  if (typeof to !== 'string' || to.length > LONGEST || !/^\/(?!\/)[!-[\]-~]*$/.test(to)) return START;
  const own = 'http://own.invalid';
  const url = URL.canParse(to, own) ? new URL(to, own) : undefined;
  if (url === undefined || url.origin !== own || url.pathname.startsWith('//')) return START;
  return /^\/sign-(in|out)$/.test(url.pathname) ? START : `${url.pathname}${url.search}`;
}
