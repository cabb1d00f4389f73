import { isIP } from 'node:net';
import { isPublicAddress } from './is-public-address.js';

/** Where the webhook is. */
export interface WebhookTarget {
  readonly url: URL;
  /** Whether it may be at an address that is not public. */
  readonly allowPrivate: boolean;
}

const fault = (what: string): Error => new Error(`APPROVAL_WEBHOOK_URL ${what}`);

/** The host of a URL as an address, without the brackets of IPv6. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/**
 * Reads the address of the webhook; what it says is never repeated, as it may hold a secret.
 * @throws Error for what is no such address, is not encrypted or not public without leave
 */
export function webhookTarget(text: string, allowPrivate: boolean): WebhookTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol))
    throw fault('must be an https:// URL');
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    throw fault('must be without user, password and fragment');
  if (url.protocol === 'http:' && !allowPrivate)
    throw fault('must be an https:// URL; http is for private networks, with APPROVAL_WEBHOOK_PRIVATE=true');
  if (!allowPrivate && isIP(hostOf(url)) !== 0 && !isPublicAddress(hostOf(url)))
    throw fault('is at an address that is not public; APPROVAL_WEBHOOK_PRIVATE=true allows it');
  return { url, allowPrivate };
}
