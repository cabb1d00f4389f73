/**
 * SQL that takes what a record holds for what it should be, and for NULL or nothing where it is something else: whoever can
 * write to a topic must not be able to keep a report from being made.
 */

/** @param text SQL of a text */
export const timeOf = (text: string): string =>
  `(CASE WHEN ${text} ~ '^[0-9]' AND pg_input_is_valid(${text}, 'timestamptz') THEN (${text})::timestamptz END)`;

/** @param text SQL of a text */
export const wholeOf = (text: string): string =>
  `(CASE WHEN pg_input_is_valid(${text}, 'int4') THEN (${text})::int END)`;

/** @param json SQL of a jsonb value */
export const itemsOf = (json: string): string =>
  `jsonb_array_elements(CASE WHEN jsonb_typeof(${json}) = 'array' THEN ${json} ELSE '[]' END)`;

/** @param json SQL of a jsonb value */
export const textsOf = (json: string): string =>
  `jsonb_array_elements_text(CASE WHEN jsonb_typeof(${json}) = 'array' THEN ${json} ELSE '[]' END)`;

/** SQL of the seconds between two texts that are times. */
export const secondsBetween = (from: string, to: string): string =>
  `extract(epoch FROM ${timeOf(to)} - ${timeOf(from)})`;
