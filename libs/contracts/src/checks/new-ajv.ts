import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { isTimestamp } from './is-timestamp.js';

/** A compiler of JSON Schemas 2020-12 that takes `date-time` as {@link isTimestamp} does. */
export function newAjv(options: Options = {}): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, ...options });
  addFormats.default(ajv);
  ajv.addFormat('date-time', { type: 'string', validate: isTimestamp });
  return ajv;
}
