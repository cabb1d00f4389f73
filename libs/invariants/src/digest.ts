import { hash } from 'node:crypto';
import { STAGE_TOPICS } from '@tollgate/contracts';

const DIGEST_LENGTH = 16;

/** The length of the digests of all stages, one after the other. */
export const DIGESTS_LENGTH = DIGEST_LENGTH * STAGE_TOPICS.length;

/** In the place of a digest: of what is not there. */
export const NO_DIGEST = '0'.repeat(DIGEST_LENGTH);

/** Enough of a SHA-256, hexadecimal, to tell a text from another. */
export const digestOfText = (text: string): string => hash('sha256', text).slice(0, DIGEST_LENGTH);

/** Enough to tell a section of an event from another. A section travels as text, so its spelling stays. */
export const digestOf = (section: unknown): string => digestOfText(JSON.stringify(section) ?? '');

/** The digest of the stage at a place among {@link STAGE_TOPICS}; undefined where it is not there. */
export function digestAt(digests: string, nth: number): string | undefined {
  const digest = digests.slice(nth * DIGEST_LENGTH, (nth + 1) * DIGEST_LENGTH);
  return digest === NO_DIGEST ? undefined : digest;
}
