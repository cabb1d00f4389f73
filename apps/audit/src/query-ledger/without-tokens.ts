import { type JsonValue } from '@tollgate/contracts';

/** What stands where a credential was. */
export const REDACTED = '[redacted]';

/** A JWS in compact form (RFC 7515): three parts in base64url, the first of them a JSON object. */
const COMPACT_JWS = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;

/**
 * A copy of a JSON value without bearer credentials. A release's token lets its holder act; the record of it proves no
 * more with it than without. The stored bytes keep it, and the hash covers it.
 */
export function withoutTokens(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.replaceAll(COMPACT_JWS, REDACTED);
  if (Array.isArray(value)) return value.map(withoutTokens);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isRelease(name, member) ? releaseWithout(member) : withoutTokens(member),
    ]),
  );
}

const isRelease = (name: string, member: JsonValue): member is { [name: string]: JsonValue } =>
  name === 'release' && member !== null && typeof member === 'object' && !Array.isArray(member);

const releaseWithout = (release: { [name: string]: JsonValue }): JsonValue =>
  Object.fromEntries(
    Object.entries(release).map(([name, member]) => [
      name,
      name === 'token' ? REDACTED : withoutTokens(member),
    ]),
  );
