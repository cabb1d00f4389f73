import { type Electorate } from './electorate.js';
import { isMet } from './is-met.js';
import { addSlot, type Branches, type Part, type Slots } from './quorum-parts.js';
import { type Plan, planOf } from './ways.js';

/** Plans of the first stages of a node, by how many they are. Filled as they are asked for. */
export type StagePlans = Map<Branches, Map<number, Plan>>;

function planOfFirst(node: Branches, many: number, known: StagePlans): Plan {
  let plans = known.get(node);
  if (plans === undefined) known.set(node, (plans = new Map<number, Plan>()));
  let plan = plans.get(many);
  if (plan === undefined)
    plans.set(many, (plan = planOf({ ...node, count: many, of: node.of.slice(0, many) })));
  return plan;
}

/**
 * How many stages of a node are met, one after the other. A stage counts as met once it and all before it are, together;
 * what other branches want of the same people does not hold the next stage up.
 */
function stagesMet(node: Branches, met: (plan: Plan) => boolean, plans: StagePlans): number {
  let least = 0;
  let most = node.of.length - 1;
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (met(planOfFirst(node, middle, plans))) least = middle;
    else most = middle - 1;
  }
  return least;
}

/** The leaves and vetoes that ask by now: all but those of stages before which something is unmet. */
export function begunSlots(
  root: Part,
  electorate: Electorate,
  approving: readonly number[],
  plans: StagePlans,
): Slots {
  const begun: Slots = { lo: 0, hi: 0 };
  const met = (plan: Plan): boolean => isMet(plan, electorate, approving);
  const visit = (part: Part): void => {
    if (part.kind !== 'branches') {
      addSlot(begun, part.slot);
      if (part.kind === 'veto') visit(part.in);
      return;
    }
    const asked = part.staged ? part.of.slice(0, stagesMet(part, met, plans) + 1) : part.of;
    for (const branch of asked) visit(branch);
  };
  visit(root);
  return begun;
}

/** The slots of the vetoes of a tree. */
export function vetoSlots(root: Part): Slots {
  const slots: Slots = { lo: 0, hi: 0 };
  const visit = (part: Part): void => {
    if (part.kind === 'branches') return part.of.forEach(visit);
    if (part.kind !== 'veto') return;
    addSlot(slots, part.slot);
    visit(part.in);
  };
  visit(root);
  return slots;
}
