import { NAME_PATTERN, type QuorumExpression } from '@tollgate/contracts';

/** Who decides, as a line of the matrix says it. */
export type Decide =
  | { readonly kind: 'automation' }
  | { readonly kind: 'deny' }
  | { readonly kind: 'people'; readonly quorum: QuorumExpression };

/** The kinds of selectors: `role:cto`, `group:dba`, `person:erin`. */
export const SELECTOR_KINDS = ['role', 'group', 'person'] as const;

/** Reads the `decide` of a line; undefined for what is none. */
export function parseDecide(value: unknown): Decide | undefined {
  if (value === 'automation' || value === 'deny') return { kind: value };
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const [[kind, name] = [], ...others] = Object.entries(value);
  const selector = SELECTOR_KINDS.find((known) => known === kind);
  if (selector === undefined || others.length > 0) return undefined;
  if (typeof name !== 'string' || !NAME_PATTERN.test(name)) return undefined;
  return { kind: 'people', quorum: { kind: 'one', from: `${selector}:${name}` } };
}

/** The selectors that a quorum names, each once. */
export const selectorsOf = (quorum: QuorumExpression): string[] => [quorum.from];
