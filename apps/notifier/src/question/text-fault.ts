import { reasonFault } from '../cast-vote/reason.js';

const READABLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * What is wrong with the text of a question or an answer, for people; the rules of reasons, and it has to say something.
 * @returns undefined for a text that can be kept
 */
export const textFault = (text: string): string | undefined =>
  READABLE.test(text) ? reasonFault(text) : 'must say something';

/** Reads a text of a form as its parser left it; of a field that is there twice, nothing. */
export function formText(body: unknown, field: string): string {
  const value: unknown = body !== null && typeof body === 'object' ? Reflect.get(body, field) : undefined;
  // Forms send line breaks as CR LF.
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() : '';
}
