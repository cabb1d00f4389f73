import { type DemandHere, type Electorate } from './electorate.js';
import { Matching } from './matching.js';
import { type Ask, holds } from './quorum-parts.js';
import { type Demand, type Plan, type Way, type WayNode, type WayTree } from './ways.js';

/** Whom a demand would take, and how many. A majority and all of them go by the electorate, whoever votes. */
export function demandHere(electorate: Electorate, demand: Demand): DemandHere {
  const remembered = electorate.demands.get(demand);
  if (remembered !== undefined) return remembered;
  const fits = electorate.blocs.flatMap((bloc, index) => (holds(bloc, demand) ? [index] : []));
  const eligible = fits.reduce((total, bloc) => total + (electorate.sizes[bloc] ?? 0), 0);
  const byElectorate =
    demand.asks[0]?.node.kind === 'majority' ? Math.floor(eligible / 2) + 1 : Math.max(eligible, 1);
  const here = { fits, need: demand.count ?? byElectorate };
  electorate.demands.set(demand, here);
  return here;
}

/** What a person weighs in a weighted leaf, by bloc. */
export const weightsOf = ({ blocs }: Electorate, { slot }: Ask): number[] =>
  blocs.map(({ weights }) => weights.get(slot) ?? 0);

/** What the leaf asks for; 0 for one that does not weigh. */
export const thresholdOf = ({ node }: Ask): number => (node.kind === 'weighted' ? node.threshold : 0);

/**
 * Whether one of the ways of a tree is met by some people: its demands by distinct ones, and its weight by those who
 * remain. Who meets the demands weighs as little as possible ({@link Matching}), so if they leave too little, all others
 * would too; and further demands never leave more.
 */
function isTreeMet({ weighted, root }: WayTree, electorate: Electorate, heads: readonly number[]): boolean {
  const matching =
    weighted === undefined ? new Matching(heads) : new Matching(heads, weightsOf(electorate, weighted));
  const visit = ({ ends, next }: WayNode): boolean => {
    if (weighted !== undefined && matching.spareWeight < thresholdOf(weighted)) return false;
    if (ends) return true;
    for (const [demand, node] of next) {
      const { fits, need } = demandHere(electorate, demand);
      const found = fits.reduce((total, bloc) => total + (heads[bloc] ?? 0), 0);
      if (found < need) continue;
      const met = matching.add(fits, need) === 0 && visit(node);
      if (met) return true;
      matching.remove();
    }
    return false;
  };
  return visit(root);
}

/** Whether a way is met by some people. */
export function isWayMet(
  { demands, weighted }: Way,
  electorate: Electorate,
  heads: readonly number[],
): boolean {
  let root: WayNode = { ends: true, next: new Map() };
  for (const demand of demands.toReversed()) root = { ends: false, next: new Map([[demand, root]]) };
  return isTreeMet({ weighted, root }, electorate, heads);
}

/** Whether a plan is met by some people, given as their number in each bloc. More people never make it less so. */
export function isMet(plan: Plan, electorate: Electorate, heads: readonly number[]): boolean {
  if (plan.kind === 'ways') return plan.trees.some((tree) => isTreeMet(tree, electorate, heads));
  let met = 0;
  for (const part of plan.of) {
    if (isMet(part, electorate, heads)) met += 1;
    if (met >= plan.count) return true;
  }
  return false;
}
