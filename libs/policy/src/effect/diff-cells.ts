import { type RiskLevel } from '@tollgate/contracts';
import { type CompiledLine, type CompiledPolicy } from '../compile/compiled-policy.js';
import { ANY } from '../document/one-or-many.js';
import { environmentsOf, viewPlace } from '../matrix/cells.js';
import { cellsOf } from '../matrix/deciders.js';
import { indexLines, type LineIndex, linesFor } from '../matrix/line-match.js';
import { listed } from '../quorum/quorum-words.js';
import { SIGN_IN_WORDS } from '../route/sign-in-of.js';
import { BoundedList } from './bounded-list.js';
import {
  type CellEffect,
  type DecidedCell,
  effectOf,
  peopleOf,
  Signatures,
  signInsOf,
} from './cell-effect.js';
import { cellInWords } from './cell-words.js';

/** A cell of the matrix that is decided otherwise than before. */
export interface CellChange {
  readonly action: string;
  readonly riskLevel: RiskLevel;
  readonly environment: string;
  /** Who decided, in words. */
  readonly before: string;
  /** Who decides now, in words. */
  readonly after: string;
  readonly effect: CellEffect;
}

/** How many places (action and environment) are compared. */
const MAX_PLACES = 20_000;
/** How many environments are compared: the last that lines name, and every other. */
const MAX_ENVIRONMENTS = 1000;
/** How many people are named. */
const NAMED = 5;

/** Changed cells; where not all are taken, those that widen come first, so that none hides behind others. */
class CellChanges {
  readonly #byEffect: Readonly<Record<CellEffect, BoundedList<CellChange>>>;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
    const list = () => new BoundedList<CellChange>(limit);
    this.#byEffect = { widened: list(), changed: list(), narrowed: list() };
  }

  add(change: CellChange): void {
    this.#byEffect[change.effect].add(change);
  }

  list(): { readonly items: readonly CellChange[]; readonly more: number } {
    const lists = Object.values(this.#byEffect);
    const items = lists.flatMap((list) => list.items);
    return {
      items: items.slice(0, this.#limit),
      more: Math.max(0, items.length - this.#limit) + lists.reduce((sum, { more }) => sum + more, 0),
    };
  }
}

/** What is said of a cell besides who decides it, where that is the same before and after. */
interface Detail {
  readonly people: boolean;
  readonly signIn: boolean;
}

function inWords(decided: DecidedCell, { people, signIn }: Detail): string {
  const { cell } = decided;
  const details: string[] = [];
  const asked = cell.candidates.flatMap(({ line }) =>
    line.decide.kind === 'people' ? peopleOf(line.decide.electorate) : [],
  );
  if (people) details.push(listed([...new Set(asked)], 'and', NAMED));
  const needs = new Set(signInsOf(decided).flatMap((one) => one ?? []));
  if (signIn && needs.size > 0)
    details.push(
      `with ${listed(
        [...needs].map((one) => SIGN_IN_WORDS[one]),
        'or',
      )}`,
    );
  return details.length === 0 ? cellInWords(cell) : `${cellInWords(cell)} (${details.join(', ')})`;
}

/** The names of both, then every other. */
const union = (
  one: readonly (string | undefined)[],
  other: readonly (string | undefined)[],
): (string | undefined)[] => [
  ...[...new Set([...one, ...other])].filter((name) => name !== undefined),
  undefined,
];

const environmentsIn = ({ lines }: CompiledPolicy): (string | undefined)[] =>
  environmentsOf(indexLines(lines, 'environments'));

const actionsIn = ({ lineIndex }: CompiledPolicy): (string | undefined)[] => [
  ...lineIndex.byName.keys(),
  undefined,
];

/** The lines of one matrix for an action, by environment. */
const forAction = ({ lineIndex }: CompiledPolicy, action: string | undefined): LineIndex<CompiledLine> =>
  indexLines(linesFor(lineIndex, action), 'environments');

/** The cells that are decided otherwise, those that widen first, over every action and environment that either matrix names. */
export function diffCells(
  before: CompiledPolicy,
  after: CompiledPolicy,
  limit: number,
): { readonly cells: ReturnType<CellChanges['list']>; readonly morePlaces: number } {
  const cells = new CellChanges(limit);
  const signatures = new Signatures();
  const environments = union(environmentsIn(before), environmentsIn(after)).slice(-MAX_ENVIRONMENTS);
  const allActions = union(actionsIn(before), actionsIn(after));
  const actions = allActions.slice(0, Math.max(1, Math.floor(MAX_PLACES / environments.length)));
  for (const action of actions) {
    const [was, is] = [forAction(before, action), forAction(after, action)];
    for (const environment of environments) {
      const place = { action, environment };
      const now = cellsOf(viewPlace(linesFor(is, environment), [], place));
      for (const [rank, then] of cellsOf(viewPlace(linesFor(was, environment), [], place)).entries()) {
        const cell = now[rank];
        if (cell === undefined) continue;
        const [one, other] = [
          { cell: then, signIn: before.signIn },
          { cell, signIn: after.signIn },
        ];
        if (signatures.of(one) === signatures.of(other)) continue;
        const signIn = JSON.stringify(signInsOf(one)) !== JSON.stringify(signInsOf(other));
        const detail = { signIn, people: !signIn && cellInWords(then) === cellInWords(cell) };
        cells.add({
          action: action ?? ANY,
          riskLevel: then.riskLevel,
          environment: environment ?? ANY,
          before: inWords(one, detail),
          after: inWords(other, detail),
          effect: effectOf(one, other, signatures),
        });
      }
    }
  }
  const all = allActions.length * union(environmentsIn(before), environmentsIn(after)).length;
  return { cells: cells.list(), morePlaces: all - actions.length * environments.length };
}
