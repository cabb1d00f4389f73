import { type QuorumExpression } from '@tollgate/contracts';
import { quorumFaults } from '../quorum/read-quorum.js';
import { DecideReader, type PlacedSelector } from './decide-reader.js';
import { type DocumentFault } from './document-fault.js';

export { type PlacedSelector, SELECTOR_KINDS } from './decide-reader.js';

/** Who decides, as a line of the matrix says it. */
export type Decide =
  | { readonly kind: 'automation' }
  | { readonly kind: 'deny' }
  | { readonly kind: 'people'; readonly quorum: QuorumExpression };

/** What {@link readDecide} makes of a `decide`. Pointers start at the `decide`: empty for itself. */
export type DecideReading =
  | { readonly ok: true; readonly decide: Decide; readonly selectors: readonly PlacedSelector[] }
  | { readonly ok: false; readonly faults: DocumentFault[] };

/** The node of an expression that a pointer leads to, or the last one on the way to what is no node. */
function nodeAt(quorum: QuorumExpression, pointer: string): QuorumExpression {
  let node = quorum;
  const steps = pointer.split('/').slice(1);
  for (const [index, step] of steps.entries()) {
    if (step === 'in' && 'in' in node) node = node.in;
    else if (step === 'of' && node.kind !== 'weighted' && 'of' in node)
      node = node.of[Number(steps[index + 1] ?? '')] ?? node;
  }
  return node;
}

/**
 * Reads the `decide` of a line: `automation`, `deny`, the name of a role, or a quorum as docs/design/quorums.md says.
 * @returns who decides, with every mention of a role, group or person and its place; or everything that is wrong
 */
export function readDecide(value: unknown): DecideReading {
  if (value === 'automation' || value === 'deny') return { ok: true, decide: { kind: value }, selectors: [] };
  const reader = new DecideReader();
  const quorum = reader.quorum(value, '');
  if (reader.faults.length > 0) return { ok: false, faults: reader.faults };
  const faults = quorumFaults(quorum).map(({ pointer, message }) => ({
    pointer: reader.places.get(nodeAt(quorum, pointer)) ?? '',
    message,
  }));
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, decide: { kind: 'people', quorum }, selectors: reader.selectors };
}

/** Reads the `decide` of a line; undefined for what is none. What is wrong with it: {@link readDecide}. */
export function parseDecide(value: unknown): Decide | undefined {
  const reading = readDecide(value);
  return reading.ok ? reading.decide : undefined;
}

function* namedBy(quorum: QuorumExpression): Generator<string> {
  switch (quorum.kind) {
    case 'one':
      return yield quorum.from;
    case 'people':
    case 'majority':
    case 'unanimous':
      return yield* quorum.from;
    case 'weighted':
      for (const { from } of quorum.of) yield from;
      return;
    case 'veto':
      yield* namedBy(quorum.in);
      return yield* quorum.by;
    case 'denials':
      return yield* namedBy(quorum.in);
    default:
      for (const branch of quorum.of) yield* namedBy(branch);
  }
}

/** The selectors that a quorum names, each once, in the order in which it names them. */
export const selectorsOf = (quorum: QuorumExpression): string[] =>
  quorum.kind === 'one' ? [quorum.from] : [...new Set(namedBy(quorum))];
