import { type RiskLevel, type SignIn } from '@tollgate/contracts';
import { type CompiledPolicy, type MatrixCell, type MatrixView } from '@tollgate/policy';
import { quorumInShort } from './quorum-in-short.js';

/** A cell as it is shown: in a few words, with a note where they do not say all. */
export interface ShownCell {
  readonly cell: MatrixCell;
  /** `automation`, `deny`, `gap`, a quorum in short, or that a condition decides. */
  readonly short: string;
  /** The number of the note that says it in full, from 1. */
  readonly note?: number;
  /** Whether it is approved when nobody answers. */
  readonly silenceApproves: boolean;
  /** How surely people must be known, where a line asks for something else than the policy does at the risk. */
  readonly ownSignIn?: SignIn;
}

/** A row of the matrix: an action in an environment, over the risks. */
export interface MatrixRow {
  readonly action: string;
  /** `any`, where the action is decided alike everywhere; `others`, where the rows before it name some. */
  readonly environment: string;
  readonly cells: readonly ShownCell[];
}

/** The matrix as it is shown to people. */
export interface ShownMatrix {
  readonly rows: readonly MatrixRow[];
  /** What cells say in full, in the order of their numbers. */
  readonly notes: readonly string[];
  /** How surely people must be known, by risk, where a cell does not say. */
  readonly signIn: Readonly<Record<RiskLevel, SignIn>>;
  /** How many actions were left out. */
  readonly moreActions: number;
  /** Whether an action that no line names is denied, as no line is for any action. */
  readonly othersDenied: boolean;
}

/** The longest text of a cell, in characters. */
const LONGEST = 44;
/** How lines and views call whatever has no name of its own. */
const ANY = '*';

const sameCells = (one: readonly MatrixCell[], other: readonly MatrixCell[]): boolean =>
  JSON.stringify(one.map(({ environment: _, ...cell }) => cell)) ===
  JSON.stringify(other.map(({ environment: _, ...cell }) => cell));

function showCells(
  compiled: CompiledPolicy,
  { signIn }: MatrixView,
): (cell: MatrixCell) => Omit<ShownCell, 'note'> {
  const lines = new Map(compiled.lines.map((line) => [line.rule, line]));
  return (cell) => {
    const decide = cell.rule === undefined ? undefined : lines.get(cell.rule)?.decide;
    const people = decide?.kind === 'people' ? decide : undefined;
    const silenceApproves =
      people?.checkpoints.some(
        ({ clock, escalation }) =>
          clock.onSilence === 'approve' || escalation.some(({ onSilence }) => onSilence === 'approve'),
      ) ?? false;
    if (cell.kind === 'conditional') return { cell, short: 'depends', silenceApproves };
    if (cell.kind !== 'people' || people === undefined) return { cell, short: cell.kind, silenceApproves };
    const short = quorumInShort(people.electorate.quorum);
    return cell.signIn === undefined || cell.signIn === signIn[cell.riskLevel]
      ? { cell, short, silenceApproves }
      : { cell, short, silenceApproves, ownSignIn: cell.signIn };
  };
}

/** The cells by action and environment, in the order of the view. */
function cellsByPlace({ cells }: MatrixView): Map<string, Map<string, MatrixCell[]>> {
  const byAction = new Map<string, Map<string, MatrixCell[]>>();
  for (const cell of cells) {
    const places = byAction.get(cell.action) ?? new Map<string, MatrixCell[]>();
    const place = places.get(cell.environment) ?? [];
    byAction.set(cell.action, places.set(cell.environment, place));
    place.push(cell);
  }
  return byAction;
}

/** The rows of an action: environments in which it is decided as in all others are not named. */
function placesOf(
  places: ReadonlyMap<string, readonly MatrixCell[]>,
  environment: string | undefined,
): (readonly [string, readonly MatrixCell[]])[] {
  const others = places.get(ANY) ?? [];
  if (environment !== undefined) return [[environment, places.get(environment) ?? others]];
  const named = [...places].filter(([name, cells]) => name !== ANY && !sameCells(cells, others));
  return [...named, [named.length === 0 ? 'any' : 'others', others]];
}

/**
 * The matrix in rows, with as few words as say enough.
 * @param environment where only this environment is wanted
 */
export function matrixRows(compiled: CompiledPolicy, view: MatrixView, environment?: string): ShownMatrix {
  const show = showCells(compiled, view);
  const notes: string[] = [];
  const noted = (cell: Omit<ShownCell, 'note'>): ShownCell => {
    if (cell.cell.kind !== 'conditional' && cell.short.length <= LONGEST) return cell;
    const known = notes.indexOf(cell.cell.decider);
    const note = known === -1 ? notes.push(cell.cell.decider) : known + 1;
    return { ...cell, short: cell.cell.kind === 'conditional' ? cell.short : 'several', note };
  };
  const rows = [...cellsByPlace(view)].flatMap(([action, places]) =>
    placesOf(places, environment).map(([name, cells]) => ({
      action: action === ANY ? 'any other' : action,
      environment: name,
      cells: cells.map((cell) => noted(show(cell))),
    })),
  );
  const { signIn, moreActions } = view;
  return { rows, notes, signIn, moreActions, othersDenied: !view.actions.includes(ANY) };
}
