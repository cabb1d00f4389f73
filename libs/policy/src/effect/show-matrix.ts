import { RISK_LEVELS, type RiskLevel, type SignIn } from '@tollgate/contracts';
import { type CompiledLine, type CompiledPolicy } from '../compile/compiled-policy.js';
import { ANY } from '../document/one-or-many.js';
import { environmentsOf, viewPlace } from '../matrix/cells.js';
import { type CellView, cellsOf } from '../matrix/deciders.js';
import { indexLines, linesFor } from '../matrix/line-match.js';
import { reachableRisks } from '../matrix/reachable-risks.js';
import { rankOf } from '../matrix/risk.js';
import { signInOf } from '../route/sign-in-of.js';
import { cellInWords, plainCheckpoint, silenceInWords } from './cell-words.js';

/** What a cell of the matrix comes to: `gap` where no line matches (denied), `conditional` where a condition decides. */
export type CellKind = 'automation' | 'people' | 'deny' | 'gap' | 'conditional';

/** One cell of the matrix: an action at an effective risk in an environment. */
export interface MatrixCell {
  /** `*`: every action that no line names. */
  readonly action: string;
  readonly riskLevel: RiskLevel;
  /** `*`: every environment that no line names. */
  readonly environment: string;
  readonly kind: CellKind;
  /** Who decides, in words; for a conditional cell every way it may go. */
  readonly decider: string;
  /** The first line that may match; undefined in a gap. */
  readonly rule?: string;
  /** ISO 8601 duration of the first step, where people decide. */
  readonly timeout?: string;
  /** What silence comes to, in words, where people decide. */
  readonly onSilence?: string;
  /** How surely those who decide must be known, where people decide. */
  readonly signIn?: SignIn;
  /** Set where no request comes to the cell, as risk rules always raise beyond its risk. */
  readonly unreachable?: true;
}

/** The boundary matrix, every cell resolved. */
export interface MatrixView {
  /** The actions that lines name, in order of the file; `*` last, where a line is for any. */
  readonly actions: readonly string[];
  /** The environments that lines name, in order of the file, and `*`. */
  readonly environments: readonly string[];
  /** By action, then environment, then risk. */
  readonly cells: readonly MatrixCell[];
  /** How surely those who decide must be known, by risk, where a line does not say. */
  readonly signIn: Readonly<Record<RiskLevel, SignIn>>;
  /** How many actions were left out, as the matrix is too large to show. */
  readonly moreActions: number;
}

/** The most cells that are shown. */
const MAX_CELLS = 20_000;
/** The most environments that are shown: the last that lines name, and every other. */
const MAX_ENVIRONMENTS = 1000;

function kindOf({ candidates, closed }: CellView<CompiledLine>): CellKind {
  const [first] = candidates;
  if (first === undefined) return 'gap';
  if (first.conditional || !closed) return 'conditional';
  return first.line.decide.kind;
}

function cellAt(
  compiled: CompiledPolicy,
  place: { readonly action: string; readonly environment: string },
  cell: CellView<CompiledLine>,
  reachable: boolean,
): MatrixCell {
  const first = cell.candidates[0]?.line;
  const checkpoint = first === undefined ? undefined : plainCheckpoint(first);
  return {
    ...place,
    riskLevel: cell.riskLevel,
    kind: kindOf(cell),
    decider: cellInWords(cell),
    ...(first === undefined ? {} : { rule: first.rule }),
    ...(first === undefined || checkpoint === undefined
      ? {}
      : {
          timeout: checkpoint.clock.timeout,
          onSilence: silenceInWords(checkpoint),
          signIn: signInOf(compiled, first, cell.riskLevel),
        }),
    ...(reachable ? {} : { unreachable: true as const }),
  };
}

/** The matrix as a table of cells. */
export function showMatrix(compiled: CompiledPolicy): MatrixView {
  const { lineIndex, lines, risk } = compiled;
  const environments = environmentsOf(indexLines(lines, 'environments')).slice(-MAX_ENVIRONMENTS);
  const all: (string | undefined)[] = [...lineIndex.byName.keys()];
  if (lineIndex.anyName.length > 0) all.push(undefined);
  const perAction = environments.length * RISK_LEVELS.length;
  const actions = all.slice(0, Math.max(1, Math.floor(MAX_CELLS / perAction)));
  const cells = actions.flatMap((action) => {
    const byEnvironment = indexLines(linesFor(lineIndex, action), 'environments');
    return environments.flatMap((environment) => {
      const place = { action, environment };
      const reachable = reachableRisks(risk, place);
      return cellsOf(viewPlace(linesFor(byEnvironment, environment), [], place)).map((cell) =>
        cellAt(
          compiled,
          { action: action ?? ANY, environment: environment ?? ANY },
          cell,
          (reachable & (1 << rankOf(cell.riskLevel))) !== 0,
        ),
      );
    });
  });
  return {
    actions: actions.map((action) => action ?? ANY),
    environments: environments.map((environment) => environment ?? ANY),
    signIn: compiled.signIn,
    cells,
    moreActions: all.length - actions.length,
  };
}
