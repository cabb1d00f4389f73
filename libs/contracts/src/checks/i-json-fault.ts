import { type Fault } from './fault.js';
import { pointerTo } from './pointer.js';

/** How deep the JSON of a door may nest. */
export const MAX_JSON_DEPTH = 64;

interface Part {
  readonly value: unknown;
  readonly depth: number;
  readonly name: string;
  /** What holds it; undefined for the whole. A pointer is put together only where something is wrong. */
  readonly parent: Part | undefined;
}

const pointerOf = ({ name, parent }: Part): string =>
  parent === undefined ? '' : pointerTo(pointerOf(parent), name);

function detailOf({ value, depth }: Part): string | undefined {
  if (depth > MAX_JSON_DEPTH) return `nests deeper than ${MAX_JSON_DEPTH} levels`;
  if (typeof value === 'string' && !value.isWellFormed())
    return 'must be well-formed Unicode: it holds half of a surrogate pair';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'is a number too large';
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return 'is a whole number beyond 2^53 - 1, which not every reader keeps exactly: send it as text';
  return undefined;
}

/**
 * What keeps parsed JSON from being I-JSON (RFC 7493) of a reasonable depth, so that its JCS form (RFC 8785) is exact.
 * Walks without recursion, as the input may be made to exhaust the stack; stops at the first fault.
 * @param input what `JSON.parse` gave; it has already thrown away duplicate names
 */
export function iJsonFault(input: unknown): Fault | undefined {
  const open: Part[] = [{ value: input, depth: 0, name: '', parent: undefined }];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const detail = detailOf(part);
    if (detail !== undefined) return { pointer: pointerOf(part), detail };
    const { value, depth } = part;
    if (value === null || typeof value !== 'object') continue;
    for (const [name, inner] of Object.entries(value)) {
      if (!name.isWellFormed())
        return { pointer: pointerOf(part), detail: 'has a field whose name is not well-formed Unicode' };
      open.push({ value: inner, depth: depth + 1, name, parent: part });
    }
  }
  return undefined;
}
