import { isIP } from 'node:net';
import { isPublicAddress } from './is-public-address.js';

/** What an operator says of where webhooks may be. */
export interface TargetRules {
  /** Whether one may be at an address that is not public, and without encryption. */
  readonly allowPrivate: boolean;
  /** The setting that says so, for messages. */
  readonly privateSetting: string;
}

/** Where a webhook is. */
export interface WebhookTarget extends TargetRules {
  readonly url: URL;
}

const NO_URL = 'must be an https:// URL';

/** The host of a URL as an address, without the brackets of IPv6. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

function faultOf(url: URL, { allowPrivate, privateSetting }: TargetRules): string | undefined {
  if (!['https:', 'http:'].includes(url.protocol)) return NO_URL;
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    return 'must be without user, password and fragment';
  if (url.protocol === 'http:' && !allowPrivate)
    return `must be an https:// URL; http is for private networks, with ${privateSetting}=true`;
  if (!allowPrivate && isIP(hostOf(url)) !== 0 && !isPublicAddress(hostOf(url)))
    return `is at an address that is not public; ${privateSetting}=true allows it`;
  return undefined;
}

/** An address that is taken, or what is wrong with it. */
export type CheckedTarget =
  | { readonly target: WebhookTarget; readonly fault?: undefined }
  | { readonly target?: undefined; readonly fault: string };

/**
 * Reads the address of a webhook.
 * @returns the target, or a fault: a sentence's end, as in `must be an https:// URL`, that never repeats the address,
 *   as it may hold a secret
 */
export function checkTarget(text: string, rules: TargetRules): CheckedTarget {
  if (!URL.canParse(text)) return { fault: NO_URL };
  const url = new URL(text);
  const fault = faultOf(url, rules);
  if (fault !== undefined) return { fault };
  const { allowPrivate, privateSetting } = rules;
  return { target: { url, allowPrivate, privateSetting } };
}
