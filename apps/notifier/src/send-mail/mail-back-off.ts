const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * How long a mail waits before it is tried again: a second, then twice as long each time, at most a minute, and up
 * to a quarter less, so that mails that failed together do not come back together.
 * @param attempts how often it was tried, from 1
 * @param chance from 0 to 1
 * @returns milliseconds
 */
export const mailBackOff = (attempts: number, chance: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20)) * (1 - chance / 4);

const NO_CONTACT_FIRST_MS = 60_000;
const NO_CONTACT_LONGEST_MS = 60 * 60 * 1000;

/**
 * How long a mail waits for a contact that there is not: a minute, then twice as long each time, at most an hour, and
 * up to a quarter less. New contacts wake it.
 * @param attempts how often it was tried, from 1
 * @param chance from 0 to 1
 * @returns milliseconds
 */
export const noContactBackOff = (attempts: number, chance: number): number =>
  Math.min(NO_CONTACT_LONGEST_MS, NO_CONTACT_FIRST_MS * 2 ** Math.min(attempts - 1, 20)) * (1 - chance / 4);
