import { type RiskLevel } from '@tollgate/contracts';
import {
  type CompiledDecide,
  type CompiledLine,
  type CompiledPolicy,
  type Electorate,
} from '../compile/compiled-policy.js';
import { ANY } from '../document/one-or-many.js';
import { environmentsOf, viewPlace } from '../matrix/cells.js';
import { type CellView, cellsOf } from '../matrix/deciders.js';
import { indexLines, type LineIndex, linesFor } from '../matrix/line-match.js';
import { listed } from '../quorum/quorum-words.js';
import { BoundedList } from './bounded-list.js';
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
  /** `widened`: more is possible than before, or more people may allow it; `narrowed`: less; `changed`: cannot be told. */
  readonly effect: 'widened' | 'narrowed' | 'changed';
}

/** How many places (action and environment) are compared. */
const MAX_PLACES = 20_000;
/** How many environments are compared: the last that lines name, and every other. */
const MAX_ENVIRONMENTS = 1000;
/** How many people are named. */
const NAMED = 5;

type Cell = CellView<CompiledLine>;

const peopleOf = ({ active }: Electorate): string[] => active.map(({ person }) => person).toSorted();

/** Changed cells; where not all are taken, those that widen come first, so that none hides behind others. */
class CellChanges {
  readonly #byEffect: Readonly<Record<CellChange['effect'], BoundedList<CellChange>>>;
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

/** All that tells who decides, and what their silence means; equal for cells that are decided alike. */
class Signatures {
  readonly #electorates = new Map<Electorate, string>();
  readonly #lines = new Map<CompiledLine, string>();

  #electorate(electorate: Electorate): string {
    let known = this.#electorates.get(electorate);
    if (known === undefined) {
      known = JSON.stringify([
        electorate.quorum,
        electorate.active.map(({ person, via }) => [person, ...via]).toSorted(),
      ]);
      this.#electorates.set(electorate, known);
    }
    return known;
  }

  /** What silence means at each checkpoint, and who is asked next. */
  silence({ checkpoints }: CompiledDecide & { kind: 'people' }): string {
    return JSON.stringify(
      checkpoints.map(({ when, clock, escalation }) => [
        when?.text,
        clock.onSilence,
        escalation.map((step) => [this.#electorate(step.electorate), step.onSilence]),
      ]),
    );
  }

  #line(line: CompiledLine): string {
    let known = this.#lines.get(line);
    if (known === undefined) {
      const { decide } = line;
      known =
        decide.kind === 'people'
          ? JSON.stringify([this.#electorate(decide.electorate), this.silence(decide)])
          : decide.kind;
      this.#lines.set(line, known);
    }
    return known;
  }

  of({ candidates, closed }: Cell): string {
    return JSON.stringify([
      closed,
      candidates.map(({ line, conditional }) => [conditional ? line.when?.text : null, this.#line(line)]),
    ]);
  }
}

/** The line that surely decides, where nothing else may. */
const settledBy = ({ candidates, closed }: Cell): CompiledLine | 'gap' | undefined => {
  const [first, ...others] = candidates;
  if (first === undefined) return 'gap';
  return closed && others.length === 0 ? first.line : undefined;
};

const LENIENCE = { gap: 0, deny: 0, people: 1, automation: 2 } as const;

const approvesSilently = ({ decide }: CompiledLine): boolean =>
  decide.kind === 'people' &&
  decide.checkpoints.some(
    ({ clock, escalation }) =>
      clock.onSilence === 'approve' || escalation.some(({ onSilence }) => onSilence === 'approve'),
  );

function effectOf(before: Cell, after: Cell, signatures: Signatures): CellChange['effect'] {
  const was = settledBy(before);
  const is = settledBy(after);
  if (was === undefined || is === undefined) return 'changed';
  const difference =
    LENIENCE[is === 'gap' ? is : is.decide.kind] - LENIENCE[was === 'gap' ? was : was.decide.kind];
  if (difference !== 0) return difference > 0 ? 'widened' : 'narrowed';
  if (was === 'gap' || is === 'gap' || was.decide.kind !== 'people' || is.decide.kind !== 'people')
    return 'changed';
  const [one, other] = [was.decide.electorate, is.decide.electorate];
  if (approvesSilently(was) !== approvesSilently(is)) return approvesSilently(is) ? 'widened' : 'narrowed';
  if (signatures.silence(was.decide) !== signatures.silence(is.decide)) return 'changed';
  // More people mean more ways to allow it only where the quorum asks for one of them.
  if (one.quorum.kind !== 'one' || other.quorum.kind !== 'one') return 'changed';
  const [had, has] = [new Set(peopleOf(one)), new Set(peopleOf(other))];
  if (had.size === has.size) return 'changed';
  if ([...had].every((person) => has.has(person))) return 'widened';
  return [...has].every((person) => had.has(person)) ? 'narrowed' : 'changed';
}

function inWords(cell: Cell, withPeople: boolean): string {
  const words = cellInWords(cell);
  const asked = cell.candidates.flatMap(({ line }) =>
    line.decide.kind === 'people' ? peopleOf(line.decide.electorate) : [],
  );
  return withPeople ? `${words} (${listed([...new Set(asked)], 'and', NAMED)})` : words;
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
        if (cell === undefined || signatures.of(then) === signatures.of(cell)) continue;
        const sameWords = cellInWords(then) === cellInWords(cell);
        cells.add({
          action: action ?? ANY,
          riskLevel: then.riskLevel,
          environment: environment ?? ANY,
          before: inWords(then, sameWords),
          after: inWords(cell, sameWords),
          effect: effectOf(then, cell, signatures),
        });
      }
    }
  }
  const all = allActions.length * union(environmentsIn(before), environmentsIn(after)).length;
  return { cells: cells.list(), morePlaces: all - actions.length * environments.length };
}
