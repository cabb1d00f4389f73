import { MAX_QUORUM_WAYS } from './quorum-limits.js';
import { addSlot, type Ask, type Branches, type Part, type Slots } from './quorum-parts.js';

/** Some people, each of them eligible for every leaf of `asks`. */
export interface Demand extends Slots {
  readonly asks: readonly Ask[];
  /** How many; undefined where it follows from how many are eligible (majority, unanimous). */
  readonly count: number | undefined;
}

/** One way to meet a part: demands that need distinct people, and at most one weight beside them. */
export interface Way {
  readonly demands: readonly Demand[];
  readonly weighted?: Ask;
}

/** Demands in an order in which many ways begin alike: what cannot be met ends them all. */
export interface WayTree {
  /** The weight of its ways, if they have one. */
  readonly weighted: Ask | undefined;
  readonly root: WayNode;
}

/** What comes after some demands of a {@link WayTree}. */
export interface WayNode {
  /** Whether those demands are all of a way. */
  ends: boolean;
  readonly next: Map<Demand, WayNode>;
}

/** How a part is met: by one of some ways, or by enough parts, each looked at by itself. */
export type Plan =
  | { readonly kind: 'ways'; readonly ways: readonly Way[]; readonly trees: readonly WayTree[] }
  | { readonly kind: 'parts'; readonly count: number; readonly of: readonly Plan[] };

/** A quorum that cannot be worked out in reasonable time; says where and why, for people. */
export class TooIntricateError extends Error {
  override readonly name = 'TooIntricateError';

  constructor(
    readonly pointer: string,
    message: string,
  ) {
    super(message);
  }
}

const tooMany = (pointer: string): TooIntricateError =>
  new TooIntricateError(
    pointer,
    `can be met in more than ${MAX_QUORUM_WAYS} ways: use fewer choices of branches`,
  );

const demandOf = (asks: readonly Ask[], count: number | undefined): Demand => {
  const slots = { lo: 0, hi: 0 };
  for (const { slot } of asks) addSlot(slots, slot);
  return { ...slots, asks, count };
};

const wayOf = (ask: Ask): Way => {
  const { node } = ask;
  switch (node.kind) {
    case 'weighted':
      return { demands: [], weighted: ask };
    case 'one':
      return { demands: [demandOf([ask], 1)] };
    case 'people':
      return { demands: [demandOf([ask], node.count)] };
    case 'majority':
    case 'unanimous':
      return { demands: [demandOf([ask], undefined)] };
  }
};

/** Both, by different people. */
function apart(one: Way, other: Way, pointer: string): Way[] {
  if (one.weighted !== undefined && other.weighted !== undefined) {
    throw new TooIntricateError(
      pointer,
      'asks for two weights by distinct people at the same time, which takes too long to work out: use one weight, or let the same person count',
    );
  }
  const weighted = one.weighted ?? other.weighted;
  return [{ demands: [...one.demands, ...other.demands], ...(weighted === undefined ? {} : { weighted }) }];
}

interface Counted {
  readonly demand: Demand;
  readonly count: number;
  /** By the part that is being laid over the others: its own demands need distinct people. */
  readonly taken: boolean;
}

function counted({ demands, weighted }: Way, pointer: string, taken: boolean): Counted[] {
  const known = demands.flatMap((demand) =>
    demand.count === undefined ? [] : [{ demand, count: demand.count, taken }],
  );
  if (weighted === undefined && known.length === demands.length) return known;
  throw new TooIntricateError(
    pointer,
    'lets the same person count within a part that needs distinct people, which can be worked out only for numbers of people: not for a majority, for all of them or for weights',
  );
}

/** Both, where a person may count for one demand of each: every way in which their demands may share people. */
function over(one: Way, other: Way, pointer: string): Way[] {
  const ways: Way[] = [];
  const lay = (known: readonly Counted[], open: readonly Counted[]): void => {
    const [next, ...later] = open;
    if (next === undefined) {
      if (ways.length === MAX_QUORUM_WAYS) throw tooMany(pointer);
      ways.push({
        demands: known.map(({ demand, count }) =>
          count === demand.count ? demand : demandOf(demand.asks, count),
        ),
      });
      return;
    }
    const spread = (from: number, left: number, groups: readonly Counted[]): void => {
      const group = known[from];
      if (group === undefined) {
        const rest: Counted[] = left > 0 ? [{ demand: next.demand, count: left, taken: true }] : [];
        return lay([...groups, ...rest], later);
      }
      for (let both = group.taken ? 0 : Math.min(left, group.count); both >= 0; both -= 1) {
        const shared = demandOf([...group.demand.asks, ...next.demand.asks], both);
        spread(from + 1, left - both, [
          ...groups,
          ...(group.count > both ? [{ ...group, count: group.count - both }] : []),
          ...(both > 0 ? [{ demand: shared, count: both, taken: true }] : []),
        ]);
      }
    };
    spread(0, next.count, []);
  };
  lay(counted(one, pointer, false), counted(other, pointer, true));
  return ways;
}

function waysOfBranches(part: Branches): Way[] {
  const { count, of, pointer } = part;
  const combine = part.samePerson ? over : apart;
  /** By how many branches they meet. Each of them can still become a way of the whole, so their number is a bound. */
  let met: Way[][] = [[{ demands: [] }]];
  of.forEach((branch, index) => {
    const own = waysOf(branch);
    const next: Way[][] = [];
    let total = 0;
    for (let many = 0; many <= Math.min(count, index + 1); many += 1) {
      const kept = many + of.length - index - 1 >= count ? (met[many] ?? []) : [];
      const ways = [...kept];
      for (const before of met[many - 1] ?? []) {
        if (many + of.length - index - 1 < count) break;
        for (const way of own) {
          ways.push(...(many === 1 ? [way] : combine(before, way, pointer)));
          if (total + ways.length > MAX_QUORUM_WAYS) throw tooMany(pointer);
        }
      }
      total += ways.length;
      next.push(ways);
    }
    met = next;
  });
  return met[count] ?? [];
}

/** Every way to meet a part whose people must be distinct from those of other parts. */
function waysOf(part: Part): Way[] {
  switch (part.kind) {
    case 'ask':
      return [wayOf(part)];
    case 'veto':
      return waysOf(part.in);
    case 'branches':
      return waysOfBranches(part);
  }
}

function treesOf(ways: readonly Way[]): WayTree[] {
  const frequency = new Map<Demand, number>();
  for (const { demands } of ways)
    for (const demand of demands) frequency.set(demand, (frequency.get(demand) ?? 0) + 1);
  const often = (demand: Demand): number => frequency.get(demand) ?? 0;
  const trees = new Map<Ask | undefined, WayTree>();
  for (const { demands, weighted } of ways) {
    const tree = trees.get(weighted) ?? { weighted, root: { ends: false, next: new Map() } };
    trees.set(weighted, tree);
    let node: WayNode = tree.root;
    for (const demand of demands.toSorted((one, other) => often(other) - often(one))) {
      const next: WayNode = node.next.get(demand) ?? { ends: false, next: new Map() };
      node.next.set(demand, next);
      node = next;
    }
    node.ends = true;
  }
  return [...trees.values()];
}

/**
 * How a part is met. Branches of which one is enough, or for which the same person may count, are looked at each by
 * itself; branches that need distinct people are multiplied out into ways.
 * @throws TooIntricateError beyond what can be worked out in reasonable time
 */
export function planOf(root: Part): Plan {
  let total = 0;
  const plan = (part: Part): Plan => {
    if (part.kind === 'veto') return plan(part.in);
    if (part.kind === 'branches' && (part.count === 1 || part.samePerson))
      return { kind: 'parts', count: part.count, of: part.of.map(plan) };
    const ways = waysOf(part);
    total += ways.length;
    if (total > MAX_QUORUM_WAYS) throw tooMany('');
    return { kind: 'ways', ways, trees: treesOf(ways) };
  };
  return plan(root);
}
