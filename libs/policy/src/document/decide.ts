import { NAME_PATTERN, type QuorumExpression } from '@tollgate/contracts';

/** Who decides, as a line of the matrix says it. */
export type Decide =
  | { readonly kind: 'automation' }
  | { readonly kind: 'deny' }
  | { readonly kind: 'people'; readonly quorum: QuorumExpression };

/** The kinds of selectors: `role:cto`, `group:dba`, `person:erin`. */
export const SELECTOR_KINDS = ['role', 'group', 'person'] as const;
export type SelectorKind = (typeof SELECTOR_KINDS)[number];

const EXPECTED = 'must be automation, deny, { role: … }, { group: … } or { person: … }';

/**
 * Reads the `decide` of a line.
 * @returns the decider, or a fault: the field inside `decide` (empty for the whole of it) and what is wrong with it
 */
export function parseDecide(
  value: unknown,
): Decide | { readonly kind: 'fault'; readonly field: string; readonly detail: string } {
  if (value === 'automation' || value === 'deny') return { kind: value };
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return { kind: 'fault', field: '', detail: EXPECTED };
  const entries = Object.entries(value);
  const [kind, name] = entries[0] ?? [];
  const selector = SELECTOR_KINDS.find((known) => known === kind);
  if (entries.length !== 1 || selector === undefined) return { kind: 'fault', field: '', detail: EXPECTED };
  if (typeof name !== 'string' || !NAME_PATTERN.test(name))
    return { kind: 'fault', field: selector, detail: 'must be a name' };
  return { kind: 'people', quorum: { kind: 'one', from: `${selector}:${name}` } };
}

/** The selectors that a quorum names, each once. */
export const selectorsOf = (quorum: QuorumExpression): string[] => [quorum.from];
