import { RISK_LEVELS } from '@tollgate/contracts';
import { Facts } from '../conditions/facts.js';
import { indexLines, type LineIndex, type LineMatch, linesFor } from './line-match.js';
import { ALL_RISKS, isStatic, type Place, reachableRisks, type Risks } from './reachable-risks.js';
import { type CompiledRiskRule } from './risk.js';

/** What lines match at a place, risk by risk. */
export interface LineInCell<Line> {
  readonly line: Line;
  /** The risks at which it matches unless a line before it does. */
  readonly surely: Risks;
  /** The risks at which its condition decides. */
  readonly maybe: Risks;
}

/** The risks that a line is for, as bits. */
export const risksOf = ({ riskLevels }: Pick<LineMatch, 'riskLevels'>): Risks =>
  riskLevels === undefined
    ? ALL_RISKS
    : RISK_LEVELS.reduce((bits, risk, rank) => (riskLevels.has(risk) ? bits | (1 << rank) : bits), 0);

function split<Line extends LineMatch>(
  line: Line,
  { action, environment }: Place,
  risks: Risks,
): LineInCell<Line> {
  const { when } = line;
  if (when === undefined) return { line, surely: risks, maybe: 0 };
  if (!isStatic({ when })) return { line, surely: 0, maybe: risks };
  let surely = 0;
  let maybe = 0;
  for (const [rank, risk] of RISK_LEVELS.entries()) {
    if ((risks & (1 << rank)) === 0) continue;
    const verdict = when.evaluate(new Facts({ action, environment, risk }));
    if (verdict === true) surely |= 1 << rank;
    else if (verdict !== false) maybe |= 1 << rank;
  }
  return { line, surely, maybe };
}

/** The lines that may decide at a place, in file order, each with the risks that are left to it; and those left to none. */
export interface PlaceView<Line> {
  readonly place: Place;
  readonly lines: readonly LineInCell<Line>[];
  /** The risks at which requests may come. */
  readonly reachable: Risks;
  /** The risks at which no line may match: gaps. */
  readonly gaps: Risks;
}

/**
 * Looks at a place: which lines may decide there.
 * @param candidates the lines for its action and environment
 * @param step called for each line and rule looked at, to bound the work
 */
export function viewPlace<Line extends LineMatch>(
  candidates: readonly Line[],
  rules: readonly CompiledRiskRule[],
  place: Place,
  step: () => void = () => undefined,
): PlaceView<Line> {
  for (let judged = 0; judged < rules.length; judged += 1) step();
  const reachable = reachableRisks(rules, place);
  let left = reachable;
  let gaps = reachable;
  const lines: LineInCell<Line>[] = [];
  for (const line of candidates) {
    if (left === 0) break;
    step();
    const found = split(line, place, risksOf(line) & left);
    if ((found.surely | found.maybe) === 0) continue;
    lines.push(found);
    left &= ~found.surely;
    gaps &= ~(found.surely | found.maybe);
  }
  return { place, lines, reachable, gaps };
}

/** The environments that lines name, in their order; undefined, for every other, comes last. */
export const environmentsOf = (index: LineIndex<LineMatch>): (string | undefined)[] => [
  ...index.byName.keys(),
  undefined,
];

/** Actions to which the same lines apply; undefined for every action that no line names. */
export interface ActionGroup<Line extends LineMatch> {
  readonly actions: readonly (string | undefined)[];
  readonly lines: readonly Line[];
}

/**
 * The actions that lines name, and every other where there are lines for any, those to which the same lines apply together.
 * @param apart true to keep each by itself, as conditions tell actions apart
 */
export function actionGroups<Line extends LineMatch>(
  index: LineIndex<Line>,
  apart: boolean,
): readonly ActionGroup<Line>[] {
  const groups = new Map<string | number, { readonly actions: string[]; readonly named: readonly Line[] }>();
  for (const [action, named] of index.byName) {
    const [only] = named;
    const key = apart
      ? action
      : named.length === 1 && only !== undefined
        ? only.index
        : named.map((line) => line.index).join();
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { actions: [action], named });
    else known.actions.push(action);
  }
  const all: ActionGroup<Line>[] = [...groups.values()].map(({ actions }) => ({
    actions,
    get lines() {
      return linesFor(index, actions[0]);
    },
  }));
  return index.anyName.length === 0 ? all : [...all, { actions: [undefined], lines: index.anyName }];
}

/**
 * Every place at which the lines for an action can be told apart: in each environment that they name, then in every other.
 * @param step called for each line and rule looked at, to bound the work
 */
export function* viewPlaces<Line extends LineMatch>(
  lines: readonly Line[],
  action: string | undefined,
  rules: readonly CompiledRiskRule[],
  step: () => void = () => undefined,
): Generator<PlaceView<Line>> {
  // Indexing them is work too.
  for (let indexed = 0; indexed < lines.length; indexed += 1) step();
  const index = indexLines(lines, 'environments');
  for (const environment of environmentsOf(index)) {
    for (let merged = 0; merged < index.anyName.length; merged += 1) step();
    yield viewPlace(linesFor(index, environment), rules, { action, environment }, step);
  }
}
