import { type JsonObject } from '@tollgate/contracts';

/**
 * Whether a value is a JSON object.
 * @param value what `JSON.parse` gave, so that all within it is JSON too
 */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
