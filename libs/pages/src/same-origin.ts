/** The headers by which a browser says where a form came from. */
export interface FormHeaders {
  readonly origin?: string;
  readonly fetchSite?: string;
}

/**
 * Whether a form was sent from a page of this service. A browser says so by `Sec-Fetch-Site` (Fetch Metadata); an
 * older one by `Origin`, which the no-referrer policy of the pages makes `null` where both are sent. Whoever says
 * nothing is no browser with the page open.
 * @param own the origin of this service, like `https://tollgate.example.com`
 */
export function isSameOrigin({ origin, fetchSite }: FormHeaders, own: string): boolean {
  if (origin !== undefined && origin !== 'null' && origin !== own) return false;
  return fetchSite === undefined ? origin === own : fetchSite === 'same-origin';
}
