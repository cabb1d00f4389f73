import { fullFormats } from 'ajv-formats/dist/formats.js';
import { isTimestamp } from './is-timestamp.js';

/** The formats that a JSON Schema here may name, with `date-time` as {@link isTimestamp} takes it. */
export const formats = {
  ...fullFormats,
  'date-time': { type: 'string', validate: isTimestamp },
} as const;
