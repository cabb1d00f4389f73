import { type QuorumExpression } from '@tollgate/contracts';

/** Nodes that ask people, rather than other nodes. */
export type AskingNode = Extract<
  QuorumExpression,
  { kind: 'one' | 'people' | 'majority' | 'unanimous' | 'weighted' }
>;
type JoiningNode = Extract<QuorumExpression, { kind: 'any' | 'all' | 'atLeast' | 'stages' }>;

/** A set of slots: 64 of them, in two words of 32 bits. */
export interface Slots {
  lo: number;
  hi: number;
}

/** Adds a slot to a set. */
export function addSlot(slots: Slots, slot: number): void {
  if (slot < 32) slots.lo |= 1 << slot;
  else slots.hi |= 1 << (slot - 32);
}

/** Whether two sets share a slot. */
export const share = (one: Slots, other: Slots): boolean =>
  (one.lo & other.lo) !== 0 || (one.hi & other.hi) !== 0;

/** Whether a set has every slot of another. */
export const holds = (all: Slots, some: Slots): boolean =>
  (all.lo & some.lo) === some.lo && (all.hi & some.hi) === some.hi;

/** A leaf of the tree: people are asked. `slot` numbers the leaves and vetoes of a tree from 0. */
export interface Ask {
  readonly kind: 'ask';
  readonly slot: number;
  readonly node: AskingNode;
}

/** At least `count` of the branches: `any` is one of them, `all` and `stages` are all of them. */
export interface Branches {
  readonly kind: 'branches';
  readonly count: number;
  readonly of: readonly Part[];
  readonly samePerson: boolean;
  /** Each branch is asked only once those before it are met. */
  readonly staged: boolean;
  /** JSON pointer into the expression. */
  readonly pointer: string;
}

/** Some people may end the step by one denial; they have a slot of their own. */
export interface Veto {
  readonly kind: 'veto';
  readonly slot: number;
  readonly in: Part;
}

/** A quorum as it is worked with. */
export type Part = Ask | Branches | Veto;

/** What a selector stands for in a quorum. */
export interface SelectorSlots extends Slots {
  /** What its people weigh, by slot of the weighted leaf. */
  readonly weights: Map<number, number>;
}

/** A quorum, laid out. */
export interface QuorumParts {
  readonly root: Part;
  /** How many denials end the step. */
  readonly denials: number;
  readonly asks: readonly Ask[];
  readonly selectors: ReadonlyMap<string, SelectorSlots>;
}

const countOf = (node: JoiningNode): number => {
  switch (node.kind) {
    case 'any':
      return 1;
    case 'atLeast':
      return node.count;
    case 'all':
    case 'stages':
      return node.of.length;
  }
};

/** Lays out a quorum whose form has been checked. */
export function partsOf(quorum: QuorumExpression): QuorumParts {
  const asks: Ask[] = [];
  const selectors = new Map<string, SelectorSlots>();
  let slots = 0;
  const enter = (selector: string, slot: number): SelectorSlots => {
    let known = selectors.get(selector);
    if (known === undefined) selectors.set(selector, (known = { lo: 0, hi: 0, weights: new Map() }));
    addSlot(known, slot);
    return known;
  };
  const ask = (node: AskingNode): Ask => {
    const part: Ask = { kind: 'ask', slot: slots++, node };
    asks.push(part);
    if (node.kind === 'weighted') {
      for (const { from, weight } of node.of) {
        const { weights } = enter(from, part.slot);
        weights.set(part.slot, Math.max(weight, weights.get(part.slot) ?? 0));
      }
    } else for (const from of node.kind === 'one' ? [node.from] : node.from) enter(from, part.slot);
    return part;
  };
  const lay = (node: QuorumExpression, pointer: string): Part => {
    switch (node.kind) {
      case 'any':
      case 'all':
      case 'atLeast':
      case 'stages':
        return {
          kind: 'branches',
          count: countOf(node),
          of: node.of.map((branch, index) => lay(branch, `${pointer}/of/${index}`)),
          samePerson: node.kind !== 'any' && node.samePerson === true,
          staged: node.kind === 'stages',
          pointer,
        };
      case 'veto': {
        const slot = slots++;
        for (const by of node.by) enter(by, slot);
        return { kind: 'veto', slot, in: lay(node.in, `${pointer}/in`) };
      }
      case 'denials':
        return lay(node.in, `${pointer}/in`);
      default:
        return ask(node);
    }
  };
  return { root: lay(quorum, ''), denials: quorum.kind === 'denials' ? quorum.count : 1, asks, selectors };
}
