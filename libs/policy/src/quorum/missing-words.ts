import { type Electorate } from './electorate.js';
import { demandHere, isMet, isWayMet, thresholdOf, weightsOf } from './is-met.js';
import { Matching } from './matching.js';
import { type Ask, share, type Slots } from './quorum-parts.js';
import { askInWords, listed, peopleInWords, shortened, weightsInWords } from './quorum-words.js';
import { type Demand, type Plan, type Way } from './ways.js';

/** What `missing` says at most, in characters. */
const LONGEST = 1000;
/** How many of the ways that are equally near are named. */
const NAMED_WAYS = 3;
/** How many ways are looked at for the nearest. */
const COMPARED_WAYS = 16;

/** Approvals that are missing. */
interface Gap {
  /** Roughly how many; for telling what is nearest. */
  readonly size: number;
  /** Of those who are asked by now. */
  readonly now: readonly string[];
  /** Of those who are asked later. */
  readonly later: readonly string[];
}

interface Standing {
  readonly electorate: Electorate;
  readonly approving: readonly number[];
  /** Who approves or still may. */
  readonly possible: readonly number[];
  readonly begun: Slots;
}

const selectorsOf = ({ node }: Ask): readonly string[] => {
  if (node.kind === 'weighted') return node.of.map(({ from }) => from);
  return node.kind === 'one' ? [node.from] : node.from;
};

function demandGap({ asks, count }: Demand, missing: number, need: number): string {
  const [first, ...others] = asks;
  if (first === undefined) return '';
  const also = others.map((ask) => ` who is also of ${listed(selectorsOf(ask).map(nameOf), 'or')}`).join('');
  const whole = missing === need && count === undefined;
  return `${whole ? askInWords(first.node) : peopleInWords(missing, selectorsOf(first), missing < need)}${also}`;
}

const nameOf = (selector: string): string => selector.slice(selector.indexOf(':') + 1);

function weightGap(ask: Ask, missing: number): string {
  const { node } = ask;
  if (node.kind !== 'weighted') return '';
  return missing === node.threshold
    ? askInWords(node)
    : `people who weigh ${missing} more ${weightsInWords(node.of)}`;
}

/** Earlier demands come first: what is found missing is what comes next. */
function wayGap({ demands, weighted }: Way, { electorate, approving, begun }: Standing): Gap {
  const matching =
    weighted === undefined
      ? new Matching(approving)
      : new Matching(approving, weightsOf(electorate, weighted));
  const now: string[] = [];
  const later: string[] = [];
  let size = 0;
  for (const demand of demands) {
    const { fits, need } = demandHere(electorate, demand);
    const missing = matching.add(fits, need);
    if (missing === 0) continue;
    size += missing;
    (share(demand, begun) ? now : later).push(demandGap(demand, missing, need));
  }
  if (weighted !== undefined) {
    const missing = thresholdOf(weighted) - matching.spareWeight;
    if (missing > 0) {
      size += 1;
      (share(demandSlots(weighted), begun) ? now : later).push(weightGap(weighted, missing));
    }
  }
  return { size, now, later };
}

/** The first ways that can still be met. */
function* possibleWays(ways: readonly Way[], { electorate, possible }: Standing): Generator<Way> {
  let found = 0;
  for (const way of ways) {
    if (!isWayMet(way, electorate, possible)) continue;
    yield way;
    found += 1;
    if (found === COMPARED_WAYS) return;
  }
}

const demandSlots = ({ slot }: Ask): Slots =>
  slot < 32 ? { lo: 1 << slot, hi: 0 } : { lo: 0, hi: 1 << (slot - 32) };

const sentence = ({ now, later }: Gap): string =>
  [now, later]
    .filter(({ length }) => length > 0)
    .map((gaps) => listed(gaps, 'and'))
    .join(', and then ');

/** Of texts any one of which will do. */
const either = (gaps: readonly Gap[]): string[] => {
  const texts = [...new Set(gaps.map(sentence))].filter((text) => text !== '');
  const named = texts
    .slice(0, NAMED_WAYS)
    .map((text) => (texts.length > 1 && text.includes(' and ') ? `(${text})` : text));
  if (named.length === 0) return [];
  return [listed(texts.length > NAMED_WAYS ? [...named, 'others'] : named, 'or')];
};

/** Of several gaps, any one of which will do: the nearest. */
function nearest(gaps: readonly Gap[]): Gap {
  const size = Math.min(...gaps.map((gap) => gap.size));
  const near = gaps.filter((gap) => gap.size === size);
  const [first] = near;
  const sameNow = near.every(({ now }) => now.join() === first?.now.join());
  if (first !== undefined && sameNow)
    return { size, now: first.now, later: either(near.map((gap) => ({ ...gap, now: [] }))) };
  return { size, now: either(near), later: [] };
}

function planGap(plan: Plan, standing: Standing): Gap {
  const { electorate, approving, possible } = standing;
  if (plan.kind === 'ways')
    return nearest([...possibleWays(plan.ways, standing)].map((way) => wayGap(way, standing)));
  const open = plan.of.filter((part) => !isMet(part, electorate, approving));
  const gaps = open
    .filter((part) => isMet(part, electorate, possible))
    .map((part) => planGap(part, standing));
  const needed = plan.count - (plan.of.length - open.length);
  if (needed === 1 && gaps.length > 1) return nearest(gaps);
  const chosen = gaps.toSorted((one, other) => one.size - other.size).slice(0, needed);
  const kept = needed === gaps.length ? gaps : chosen;
  return {
    size: chosen.reduce((total, gap) => total + gap.size, 0),
    now: kept.flatMap(({ now }) => now),
    later: kept.flatMap(({ later }) => later),
  };
}

/**
 * Whose approval is missing, by the shortest way: who is asked by now, and then who is asked later.
 * @param plan one that is not met by those who approve, and would be by all who still may
 */
export const missingInWords = (plan: Plan, standing: Standing): string =>
  shortened(sentence(planGap(plan, standing)), LONGEST);
