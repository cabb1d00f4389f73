import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type JsonObject } from './json.js';

/** What a request wants to do: exactly this is approved, and exactly this is released. */
export interface RequestContent {
  readonly action: string;
  readonly environment: string;
  readonly target: JsonObject;
  readonly parameters: JsonObject;
}

/**
 * The JCS form (RFC 8785) of a JSON value. Give it only what came from `JSON.parse` or is plain JSON data.
 * @throws Error for a value that has no exact JSON form (a lone surrogate, an infinite number, undefined)
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('the value has no JSON form');
  return text;
}

const sha256OfJcs = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');

/** SHA-256 (lower-case hex, 64 characters) over the JCS form of action, environment, target and parameters. */
export const contentHash = ({ action, environment, target, parameters }: RequestContent): string =>
  sha256OfJcs({ action, environment, target, parameters });

/** SHA-256 (lower-case hex, 64 characters) over the JCS form of a policy and its directory: names a revision's content. */
export const documentHash = (policy: JsonObject, directory: JsonObject): string =>
  sha256OfJcs({ policy, directory });
