import { RISK_LEVELS } from '@tollgate/contracts';
import { durationMs, SIGN_IN_WORDS } from '@tollgate/policy';
import { durationText } from '../terminal/duration.js';
import { visible } from '../terminal/visible.js';
import { wrap } from '../terminal/wrap.js';
import { type MatrixRow, type ShownCell, type ShownMatrix } from './matrix-rows.js';
import { signInText } from './sign-in-text.js';
import { SVG_DEFINITIONS, SVG_STYLE } from './matrix-svg-style.js';

/** What the picture is of. */
export interface PictureSubject {
  /** For people: `revision 3`, or the files. */
  readonly name: string;
  /** The one environment that is shown. */
  readonly environment?: string;
}

const MARGIN = 24;
const ACTION_WIDTH = 190;
const ENVIRONMENT_WIDTH = 110;
const CELL_WIDTH = 184;
const CELLS_LEFT = MARGIN + ACTION_WIDTH + ENVIRONMENT_WIDTH;
const WIDTH = CELLS_LEFT + RISK_LEVELS.length * CELL_WIDTH + MARGIN;
const SPACE = 3;
const LINE = 17;
const HEAD = 104;
const LEGEND_HEIGHT = 26;
/** A character of the text of a cell takes at most about so much, in pixels. */
const CHARACTER = 7.4;
const BOLD_CHARACTER = 8.6;
const fits = (pixels: number, character = CHARACTER): number => Math.floor(pixels / character);
/** How many rows the description for screen readers tells. */
const DESCRIBED = 100;

type Kind = ShownCell['cell']['kind'];
const KINDS: readonly (readonly [Kind | 'never', string])[] = [
  ['automation', 'automation approves'],
  ['people', 'people decide'],
  ['deny', 'denied by a line'],
  ['gap', 'gap: no line, denied'],
  ['conditional', 'a condition decides'],
  ['never', 'never comes'],
];
const WORDS: Readonly<Record<Kind, string | undefined>> = {
  automation: undefined,
  people: undefined,
  deny: 'denied',
  gap: 'no line',
  conditional: 'depends',
};

const escaped = (text: string): string =>
  visible(text).replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

const text = (x: number, y: number, words: string, className = ''): string =>
  `<text x="${x}" y="${y}"${className === '' ? '' : ` class="${className}"`}>${escaped(words)}</text>`;

const shortOf = ({ cell, short, note }: ShownCell): string =>
  `${WORDS[cell.kind] ?? short}${note === undefined ? '' : ` [${note}]`}`;

/** How long people have, what their silence means, and how surely they must be known where that is the line's own. */
function smallPrint({ cell, silenceApproves, ownSignIn }: ShownCell): string[] {
  if (cell.timeout === undefined || cell.kind === 'conditional') return [];
  const own = ownSignIn === undefined ? [] : [ownSignIn];
  const ms = durationMs(cell.timeout);
  const time = ms === undefined ? cell.timeout : durationText(ms);
  if (silenceApproves) return [`${time}, then yes`, ...own];
  return [cell.onSilence === 'denied' ? `${time}, then no` : `${time}, then others`, ...own];
}

const cellLines = (shown: ShownCell): readonly string[] =>
  shown.cell.unreachable === true ? [] : wrap(shortOf(shown), { width: fits(CELL_WIDTH - 46) });

/** The whole truth about a cell, for whoever points at it. */
function titleOf({ cell }: ShownCell, row: MatrixRow): string {
  const place = `${row.action}, ${row.environment}, ${cell.riskLevel} risk`;
  if (cell.unreachable === true) return `${place}: never comes, as the risk is always raised`;
  const rule = cell.rule === undefined ? '' : ` (${cell.rule})`;
  const time =
    cell.timeout === undefined ? '' : `; within ${cell.timeout}, or else ${cell.onSilence ?? 'denied'}`;
  const sure = cell.signIn === undefined ? '' : `; with ${SIGN_IN_WORDS[cell.signIn]}`;
  return `${place}: ${cell.decider}${rule}${time}${sure}`;
}

function cellSvg(shown: ShownCell, row: MatrixRow, column: number, top: number, height: number): string {
  const { cell, silenceApproves } = shown;
  const x = CELLS_LEFT + column * CELL_WIDTH + SPACE;
  const box = `x="${x}" y="${top + SPACE}" width="${CELL_WIDTH - 2 * SPACE}" height="${height - 2 * SPACE}" rx="6"`;
  const title = `<title>${escaped(titleOf(shown, row))}</title>`;
  if (cell.unreachable === true) return `<g>${title}<rect ${box} class="box never"/></g>`;
  const lines = cellLines(shown);
  const small = smallPrint(shown);
  const first = top + (height - (lines.length + small.length) * LINE) / 2 + LINE - 4;
  return [
    `<g>${title}<rect ${box} class="box ${cell.kind}"/>`,
    ...(cell.kind === 'gap' ? [`<rect ${box} fill="url(#tollgate-hatch)"/>`] : []),
    `<use href="#tollgate-${cell.kind}" x="${x + 9}" y="${top + height / 2 - 8}" class="icon ${cell.kind}"/>`,
    ...lines.map((line, index) =>
      text(x + 33, first + index * LINE, line, cell.kind === 'gap' ? 'cell on-hatch' : 'cell'),
    ),
    ...small.map((line, index) =>
      text(x + 33, first + (lines.length + index) * LINE, line, silenceApproves ? 'small yes' : 'small'),
    ),
    '</g>',
  ].join('');
}

interface LaidOutRow {
  readonly row: MatrixRow;
  readonly top: number;
  readonly height: number;
  /** The first of its action, which then is named. */
  readonly named: boolean;
}

const nameLines = ({ action }: MatrixRow): readonly string[] =>
  wrap(visible(action), { width: fits(ACTION_WIDTH - 12, BOLD_CHARACTER) });
const environmentLines = ({ environment }: MatrixRow): readonly string[] =>
  wrap(visible(environment), { width: fits(ENVIRONMENT_WIDTH - 8) });

function layOut(rows: readonly MatrixRow[]): { rows: readonly LaidOutRow[]; bottom: number } {
  let top = HEAD;
  const laidOut = rows.map((row, index): LaidOutRow => {
    const named = rows[index - 1]?.action !== row.action;
    const lines = Math.max(
      named ? nameLines(row).length : 1,
      environmentLines(row).length,
      ...row.cells.map((cell) => cellLines(cell).length + smallPrint(cell).length),
    );
    const height = Math.max(46, lines * LINE + 20);
    // A little more space between two actions than between two rows of one.
    const at = named && index > 0 ? top + 8 : top;
    top = at + height;
    return { row, top: at, height, named };
  });
  return { rows: laidOut, bottom: top };
}

function rowSvg({ row, top, height, named }: LaidOutRow): string {
  const centred = (lines: readonly string[], x: number, className: string): string[] =>
    lines.map((line, index) =>
      text(x, top + (height - lines.length * LINE) / 2 + LINE - 4 + index * LINE, line, className),
    );
  return [
    ...(named && top > HEAD ? [`<path d="M${MARGIN} ${top - 4}H${WIDTH - MARGIN}" class="rule"/>`] : []),
    ...(named ? centred(nameLines(row), MARGIN, 'action') : []),
    ...centred(environmentLines(row), MARGIN + ACTION_WIDTH, 'environment'),
    ...row.cells.map((cell, column) => cellSvg(cell, row, column, top, height)),
  ].join('\n');
}

const KEY_WIDTH = 180;

const legendSvg = (top: number, kinds: ReadonlySet<Kind | 'never'>): string =>
  KINDS.filter(([kind]) => kinds.has(kind))
    .map(([kind, words], index) => {
      const x = MARGIN + index * KEY_WIDTH;
      const box = `x="${x}" y="${top}" width="26" height="20" rx="4"`;
      const icon =
        kind === 'never'
          ? ''
          : `<use href="#tollgate-${kind}" x="${x + 5}" y="${top + 2}" class="icon ${kind}"/>`;
      const hatch = kind === 'gap' ? `<rect ${box} fill="url(#tollgate-hatch)"/>` : '';
      return `<rect ${box} class="box ${kind}"/>${hatch}${icon}${text(x + 34, top + 15, words, 'small')}`;
    })
    .join('\n');

function describe({ rows, othersDenied }: ShownMatrix): string {
  const told = rows.slice(0, DESCRIBED).map(({ action, environment, cells }) => {
    const risks = cells.map((shown) =>
      shown.cell.unreachable === true
        ? `${shown.cell.riskLevel} never comes`
        : `${shown.cell.riskLevel} ${WORDS[shown.cell.kind] ?? shown.short}`,
    );
    return `${action}, environment ${environment}: ${risks.join('; ')}.`;
  });
  const more = rows.length > DESCRIBED ? [`And ${rows.length - DESCRIBED} more rows.`] : [];
  const others = othersDenied ? ['Any other action is denied.'] : [];
  return ['Who decides, by action, environment and risk.', ...told, ...more, ...others].join(' ');
}

/** The matrix as a picture: one SVG document without anything from outside, for light and for dark pages. */
export function matrixSvg(matrix: ShownMatrix, subject: PictureSubject): string {
  const { rows, bottom } = layOut(matrix.rows);
  const kinds = new Set(
    matrix.rows.flatMap(({ cells }) =>
      cells.map(({ cell }) => (cell.unreachable === true ? 'never' : cell.kind)),
    ),
  );
  const notes = [
    ...matrix.notes.flatMap((note, index) =>
      wrap(visible(note), { width: fits(WIDTH - 2 * MARGIN), first: `[${index + 1}] ` }),
    ),
    ...(kinds.has('people')
      ? [
          'The time below a decider is how long they have, and what their silence means.',
          `Sign-in of those who decide: ${signInText(matrix.signIn)}, unless a cell says otherwise.`,
        ]
      : []),
    ...(matrix.othersDenied ? ['Any action that is not named is denied: no line is for it.'] : []),
    ...(matrix.moreActions > 0 ? [`${matrix.moreActions} more actions are not shown.`] : []),
  ];
  const notesTop = bottom + 20 + LEGEND_HEIGHT + 20;
  const height = notesTop + notes.length * LINE + MARGIN - 8;
  const where = subject.environment === undefined ? '' : ` in ${subject.environment}`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="tollgate-title tollgate-desc">`,
    `<title id="tollgate-title">${escaped(`Boundary matrix${where}`)}</title>`,
    `<desc id="tollgate-desc">${escaped(describe(matrix))}</desc>`,
    SVG_STYLE,
    SVG_DEFINITIONS,
    `<rect width="${WIDTH}" height="${height}" class="page"/>`,
    text(MARGIN, 40, `Who decides${where}`, 'title'),
    text(MARGIN, 60, subject.name, 'small'),
    text(MARGIN, HEAD - 14, 'action', 'heading'),
    text(MARGIN + ACTION_WIDTH, HEAD - 14, 'environment', 'heading'),
    ...RISK_LEVELS.map((risk, column) =>
      text(CELLS_LEFT + column * CELL_WIDTH + SPACE, HEAD - 14, `${risk} risk`, 'heading'),
    ),
    ...rows.map(rowSvg),
    legendSvg(bottom + 20, kinds),
    ...notes.map((line, index) => text(MARGIN, notesTop + 14 + index * LINE, line, 'small')),
    '</svg>',
  ].join('\n')}\n`;
}
