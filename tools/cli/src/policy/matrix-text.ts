import { RISK_LEVELS } from '@tollgate/contracts';
import { type Paint } from '../request/request-text.js';
import { columnWidths } from '../terminal/column-widths.js';
import { type Style } from '../terminal/terminal.js';
import { visible } from '../terminal/visible.js';
import { wrap } from '../terminal/wrap.js';
import { type MatrixRow, type ShownCell, type ShownMatrix } from './matrix-rows.js';
import { signInText } from './sign-in-text.js';

const GAP = 2;
const HEADINGS = ['action', 'where', ...RISK_LEVELS];

const STYLES: Readonly<Record<ShownCell['cell']['kind'], Style | undefined>> = {
  automation: 'green',
  people: undefined,
  deny: 'red',
  gap: 'red',
  conditional: 'yellow',
};
const MARKS: Readonly<Record<ShownCell['cell']['kind'], string>> = {
  automation: '',
  people: '',
  deny: '✕ ',
  gap: '○ ',
  conditional: '? ',
};

function cellText({ cell, short, note, silenceApproves, ownSignIn }: ShownCell): string {
  if (cell.unreachable === true) return '·';
  const own = ownSignIn === undefined ? '' : ` (${ownSignIn})`;
  const marks = `${note === undefined ? '' : ` [${note}]`}${silenceApproves ? ' !' : ''}${own}`;
  return visible(`${MARKS[cell.kind]}${short}${marks}`);
}

const styleOf = ({ cell }: ShownCell): Style | undefined =>
  cell.unreachable === true ? 'dim' : STYLES[cell.kind];

/** One row on as many lines as its cells need. */
function rowLines(
  texts: readonly string[],
  styles: readonly (Style | undefined)[],
  widths: readonly number[],
  paint: Paint,
): string[] {
  const columns = texts.map((text, index) => wrap(text, { width: widths[index] ?? 1 }));
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map((lines, index) => {
        const text = lines[line] ?? '';
        const style = styles[index];
        const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - [...text].length));
        return `${style === undefined || text === '' ? text : paint(style, text)}${padding}`;
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

const textsOf = ({ action, environment, cells }: MatrixRow, before: MatrixRow | undefined): string[] => [
  before?.action === action ? '' : visible(action),
  visible(environment),
  ...cells.map(cellText),
];

function legend({ rows, signIn, othersDenied, moreActions }: ShownMatrix): string[] {
  const cells = rows.flatMap((row) => row.cells);
  const has = (kind: ShownCell['cell']['kind']) => cells.some(({ cell }) => cell.kind === kind);
  return [
    ...(has('deny') ? ['✕ denied by a line'] : []),
    ...(has('gap') ? ['○ gap: no line is for it, so it is denied'] : []),
    ...(has('conditional') ? ['? a condition decides'] : []),
    ...(cells.some(({ silenceApproves }) => silenceApproves) ? ['! approved when nobody answers'] : []),
    ...(cells.some(({ cell }) => cell.unreachable) ? ['· never comes: the risk is always raised'] : []),
    ...(has('people') || has('conditional')
      ? [`Sign-in of those who decide: ${signInText(signIn)}, unless a cell says otherwise.`]
      : []),
    ...(othersDenied ? ['Any action that is not named is denied: no line is for it.'] : []),
    ...(moreActions > 0 ? [`${moreActions} more actions are not shown.`] : []),
  ];
}

/** The matrix as a table for a terminal of so many columns. */
export function matrixText(matrix: ShownMatrix, width: number, paint: Paint): string[] {
  if (matrix.rows.length === 0) return ['The matrix has no lines, so everything is denied.'];
  const texts = matrix.rows.map((row, index) => textsOf(row, matrix.rows[index - 1]));
  const widths = columnWidths([HEADINGS, ...texts], width, GAP);
  const head = rowLines(
    HEADINGS,
    HEADINGS.map(() => 'bold'),
    widths,
    paint,
  );
  const rule = paint('dim', '─'.repeat(widths.reduce((sum, each) => sum + each + GAP, -GAP)));
  const body = matrix.rows.map((row, index) =>
    rowLines(texts[index] ?? [], [undefined, undefined, ...row.cells.map(styleOf)], widths, paint),
  );
  // Where rows take several lines, space tells the actions apart.
  const spaced = body.some((lines) => lines.length > 1);
  return [
    ...head,
    rule,
    ...body.flatMap((lines, index) =>
      spaced && index > 0 && texts[index]?.[0] !== '' ? ['', ...lines] : lines,
    ),
    '',
    ...matrix.notes.flatMap((note, index) => wrap(visible(note), { width, first: `[${index + 1}] ` })),
    ...legend(matrix).flatMap((line) => wrap(line, { width, others: '  ' })),
  ];
}
