import { entropyOf } from './looks-random.js';
import { type TextFinding } from './rule.js';

const LENGTH = 40;
const RUN = /[A-Za-z0-9+/]+/g;
/** What may stand next to a secret, but not next to a part of something longer. */
const JOINS = /[A-Za-z0-9+/_=-]/;
/** 40 characters drawn out of 64 have about 4.7 bits each; a path or a long name has hardly more than 4. */
const LEAST_BITS = 4.3;

const isDrawn = (run: string): boolean =>
  /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run) && entropyOf(run) >= LEAST_BITS;

/**
 * AWS secret access keys that stand alone: they have no form but their length and that they were drawn at random. A commit
 * id is as long, and of hexadecimal digits only.
 */
export function findAwsSecrets(text: string): TextFinding[] {
  if (text.length < LENGTH) return [];
  const found: TextFinding[] = [];
  for (const { 0: run, index: start } of text.matchAll(RUN)) {
    const end = start + LENGTH;
    if (run.length !== LENGTH || !isDrawn(run)) continue;
    // An `=` or `_` before it belongs to the name of a setting; after it, to a longer base64 text.
    if (JOINS.test(text.charAt(end)) || /[_-]/.test(text.charAt(start - 1))) continue;
    found.push({ rule: 'aws-secret-access-key', start, end });
  }
  return found;
}
