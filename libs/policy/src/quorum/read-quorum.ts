import { type QuorumExpression } from '@tollgate/contracts';
import { type DocumentFault } from '../document/document-fault.js';
import { type StagePlans, vetoSlots } from './begun.js';
import { formFaults } from './quorum-form.js';
import { partsOf, type QuorumParts, type Slots } from './quorum-parts.js';
import { UnknownQuorumError } from './unknown-quorum-error.js';
import { type Plan, planOf, TooIntricateError } from './ways.js';

/** A quorum that may be evaluated. */
export interface KnownQuorum extends QuorumParts {
  readonly plan: Plan;
  readonly vetoes: Slots;
  readonly stagePlans: StagePlans;
}

type Reading =
  | { readonly ok: true; readonly known: KnownQuorum }
  | { readonly ok: false; readonly faults: readonly DocumentFault[] };

/** A quorum never changes: what was found of it holds as long as it is around. */
const readings = new WeakMap<object, Reading>();

const isSound = (value: unknown, faults: readonly DocumentFault[]): value is QuorumExpression =>
  value !== undefined && faults.length === 0;

function examine(quorum: unknown): Reading {
  const faults = formFaults(quorum);
  if (!isSound(quorum, faults)) return { ok: false, faults };
  const parts = partsOf(quorum);
  try {
    return {
      ok: true,
      known: { ...parts, plan: planOf(parts.root), vetoes: vetoSlots(parts.root), stagePlans: new Map() },
    };
  } catch (error) {
    if (!(error instanceof TooIntricateError)) throw error;
    return { ok: false, faults: [{ pointer: error.pointer, message: error.message }] };
  }
}

function read(quorum: unknown): Reading {
  if (quorum === null || typeof quorum !== 'object') return examine(quorum);
  const remembered = readings.get(quorum);
  if (remembered !== undefined) return remembered;
  const reading = examine(quorum);
  readings.set(quorum, reading);
  return reading;
}

/**
 * What is wrong with a quorum by itself: nodes and fields that this version does not know, and the limits (depth 16,
 * 64 nodes, 256 selectors, 256 ways to meet it, one weight among distinct people). Pointers are into the expression;
 * empty where it can be evaluated.
 */
export function quorumFaults(quorum: unknown): DocumentFault[] {
  const reading = read(quorum);
  return reading.ok ? [] : [...reading.faults];
}

/**
 * A quorum from an event, ready to be evaluated.
 * @throws UnknownQuorumError where it has a fault; the message says the first one
 */
export function readQuorum(quorum: QuorumExpression): KnownQuorum {
  const reading = read(quorum);
  if (reading.ok) return reading.known;
  const [fault] = reading.faults;
  throw new UnknownQuorumError(`the quorum${fault?.pointer ? ` at ${fault.pointer}` : ''} ${fault?.message}`);
}
