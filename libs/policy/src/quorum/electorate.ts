import { type Approver } from '@tollgate/contracts';
import { type QuorumParts, type SelectorSlots, share, type Slots } from './quorum-parts.js';
import { type Demand } from './ways.js';

/** People for whom a quorum makes no difference: eligible for the same leaves and vetoes, with the same weights. */
export interface Bloc extends Slots {
  /** By slot of the weighted leaf. */
  readonly weights: ReadonlyMap<number, number>;
}

/** A person whom a quorum asks. */
export interface Voter {
  readonly person: string;
  /** Index of their bloc. */
  readonly bloc: number;
}

/** What a demand comes to in an electorate. */
export interface DemandHere {
  /** Whom it would take, as indexes of blocs. */
  readonly fits: readonly number[];
  /** How many people it takes. */
  readonly need: number;
}

/** The approvers of a step whom its quorum asks, each once. */
export interface Electorate {
  /** In the order of the approvers. */
  readonly voters: readonly Voter[];
  readonly blocs: readonly Bloc[];
  /** How many there are in each bloc. */
  readonly sizes: readonly number[];
  /** What is known of demands so far. */
  readonly demands: Map<Demand, DemandHere>;
}

interface Standing extends Slots {
  readonly weights: Map<number, number>;
}

function join(standing: Standing, selector: SelectorSlots): void {
  standing.lo |= selector.lo;
  standing.hi |= selector.hi;
  for (const [slot, weight] of selector.weights)
    standing.weights.set(slot, Math.max(weight, standing.weights.get(slot) ?? 0));
}

const keyOf = ({ lo, hi, weights }: Standing): string =>
  weights.size === 0
    ? `${lo},${hi}`
    : `${lo},${hi},${[...weights]
        .toSorted(([one], [other]) => one - other)
        .map(([slot, weight]) => `${slot}:${weight}`)
        .join()}`;

/** Tells the approvers of a step apart by what they count for; whoever counts for nothing is not among them. */
export function electorateOf({ selectors }: QuorumParts, approvers: readonly Approver[]): Electorate {
  const standings = new Map<string, Standing>();
  for (const { person, via } of approvers) {
    for (const name of via) {
      const selector = selectors.get(name);
      if (selector === undefined) continue;
      let standing = standings.get(person);
      if (standing === undefined) standings.set(person, (standing = { lo: 0, hi: 0, weights: new Map() }));
      join(standing, selector);
    }
  }
  const blocByKey = new Map<string, number>();
  const blocs: Bloc[] = [];
  const sizes: number[] = [];
  const voters = [...standings].map(([person, standing]): Voter => {
    const key = keyOf(standing);
    let bloc = blocByKey.get(key);
    if (bloc === undefined) {
      bloc = blocs.push(standing) - 1;
      blocByKey.set(key, bloc);
    }
    sizes[bloc] = (sizes[bloc] ?? 0) + 1;
    return { person, bloc };
  });
  return { voters, blocs, sizes, demands: new Map() };
}

/** How many people of each bloc are among some. */
export function headsOf({ voters, blocs }: Electorate, chosen: (person: string) => boolean): number[] {
  const heads = blocs.map(() => 0);
  for (const { person, bloc } of voters) if (chosen(person)) heads[bloc] = (heads[bloc] ?? 0) + 1;
  return heads;
}

/** The voters of whom at least one slot is among some. */
export const votersWith = ({ voters, blocs }: Electorate, slots: Slots): string[] =>
  voters
    .filter(({ bloc }) => {
      const own = blocs[bloc];
      return own !== undefined && share(own, slots);
    })
    .map(({ person }) => person);
