import { type Fault } from './fault.js';
import { pointerTo } from './pointer.js';

/** How deep the JSON of a door may nest. */
export const MAX_JSON_DEPTH = 64;

interface Part {
  readonly value: unknown;
  readonly pointer: string;
  readonly depth: number;
}

function faultOf({ value, pointer, depth }: Part): Fault | undefined {
  if (depth > MAX_JSON_DEPTH) return { pointer, detail: `nests deeper than ${MAX_JSON_DEPTH} levels` };
  if (typeof value === 'string' && !value.isWellFormed()) {
    return { pointer, detail: 'must be well-formed Unicode: it holds half of a surrogate pair' };
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    return { pointer, detail: 'is a number too large' };
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return {
      pointer,
      detail: 'is a whole number beyond 2^53 - 1, which not every reader keeps exactly: send it as text',
    };
  }
  return undefined;
}

/**
 * What keeps parsed JSON from being I-JSON (RFC 7493) of a reasonable depth, so that its JCS form (RFC 8785) is exact.
 * Walks without recursion, as the input may be made to exhaust the stack; stops at the first fault.
 * @param input what `JSON.parse` gave; it has already thrown away duplicate names
 */
export function iJsonFault(input: unknown): Fault | undefined {
  const open: Part[] = [{ value: input, pointer: '', depth: 0 }];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const fault = faultOf(part);
    if (fault !== undefined) return fault;
    const { value, pointer, depth } = part;
    if (value === null || typeof value !== 'object') continue;
    for (const [name, inner] of Object.entries(value)) {
      if (!name.isWellFormed())
        return { pointer, detail: 'has a field whose name is not well-formed Unicode' };
      open.push({ value: inner, pointer: pointerTo(pointer, name), depth: depth + 1 });
    }
  }
  return undefined;
}
