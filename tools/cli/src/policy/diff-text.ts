import { RISK_LEVELS } from '@tollgate/contracts';
import { type CellChange, type PartChange, type PolicyDiff } from '@tollgate/policy';
import { type Paint } from '../request/request-text.js';
import { type Style } from '../terminal/terminal.js';
import { visible } from '../terminal/visible.js';
import { wrap } from '../terminal/wrap.js';

/** How a difference is written. */
export interface DiffStyle {
  readonly paint: Paint;
  /** How many characters fit on a line. */
  readonly width: number;
  /** The environments that lines name, before or after. */
  readonly environments: ReadonlySet<string>;
}

/** How cells call whatever no line names. */
const ANY = '*';

interface Entry {
  readonly text: string;
  readonly mark: string;
  readonly style: Style | undefined;
}

const KINDS: Readonly<Record<PartChange['kind'], readonly [string, Style]>> = {
  added: ['+', 'green'],
  removed: ['-', 'red'],
  changed: ['~', 'yellow'],
};

const part = ({ kind, rule, what }: PartChange): Entry => {
  const [mark, style] = KINDS[kind];
  return { mark, style, text: `${rule}: ${what}` };
};

const EFFECTS: Readonly<Record<CellChange['effect'], readonly [string, Style | undefined]>> = {
  widened: ['Allows more', 'yellow'],
  narrowed: ['Allows less', 'green'],
  changed: ['Decided otherwise', undefined],
};

/** Items under what they have in common, in the order in which that comes up. */
function groups<T>(items: readonly T[], common: (item: T) => readonly string[]): T[][] {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify(common(item));
    const known = found.get(key);
    if (known === undefined) found.set(key, [item]);
    else known.push(item);
  }
  return [...found.values()];
}

/** How many names are written out before the others are counted. */
const NAMED = 12;

function listed(words: readonly string[]): string {
  if (words.length > NAMED) return `${words.slice(0, NAMED).join(', ')} and ${words.length - NAMED} more`;
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** `at low and medium risk in production`; `at any risk, except in production`. */
function placeText(
  risks: readonly string[],
  environments: readonly string[],
  named: ReadonlySet<string>,
): string {
  const risk = `at ${risks.length === RISK_LEVELS.length ? 'any' : listed(risks)} risk`;
  if (!environments.includes(ANY)) return `${risk} in ${listed(environments)}`;
  const others = [...named].filter((name) => !environments.includes(name));
  return others.length === 0 ? risk : `${risk}, except in ${listed(others)}`;
}

/** The places of cells that change alike, an action in a line. */
function placesOf(cells: readonly CellChange[], named: ReadonlySet<string>): string[] {
  const perEnvironment = groups(cells, ({ action, environment }) => [action, environment]).flatMap((risks) =>
    risks.slice(0, 1).map(({ action, environment }) => ({
      action,
      environment,
      risks: risks.map(({ riskLevel }) => riskLevel),
    })),
  );
  return groups(perEnvironment, ({ action, risks }) => [action, ...risks]).flatMap((alike) =>
    alike.slice(0, 1).map(({ action, risks }) => {
      const environments = alike.map(({ environment }) => environment);
      return `${action === ANY ? 'any other action' : action} ${placeText(risks, environments, named)}`;
    }),
  );
}

/** Cells by what changes about them: who decided, who decides now, and then where. */
function cellsText(
  cells: readonly CellChange[],
  more: number | undefined,
  { paint, width, environments }: DiffStyle,
): string[] {
  if (cells.length === 0) return [];
  const entries = groups(cells, ({ before, after, effect }) => [before, after, effect]).flatMap((alike) =>
    alike.slice(0, 1).flatMap(({ before, after, effect }) => {
      const [words, style] = EFFECTS[effect];
      return [
        style === undefined ? `  ${words}:` : paint(style, `  ${words}:`),
        ...placesOf(alike, environments).flatMap((place) =>
          wrap(visible(place), { width, first: '    ', others: '      ' }),
        ),
        ...wrap(visible(before), { width, first: '      before  ' }),
        ...wrap(visible(after), { width, first: '      after   ' }),
      ];
    }),
  );
  return [
    paint('bold', 'Who decides'),
    ...entries,
    ...(more === undefined ? [] : [`    and ${more} more cells`]),
    '',
  ];
}

function section(
  heading: string,
  entries: readonly Entry[],
  more: number | undefined,
  { paint, width }: DiffStyle,
): string[] {
  if (entries.length === 0) return [];
  return [
    paint('bold', heading),
    ...entries.flatMap(({ mark, style, text }) =>
      wrap(visible(text), { width, first: `  ${mark} `, others: '      ' }).map((line) =>
        style === undefined ? line : paint(style, line),
      ),
    ),
    ...(more === undefined ? [] : [`    and ${more} more`]),
    '',
  ];
}

/** Whether two revisions differ in something that has an effect. */
export const isEmptyDiff = ({ more, ...lists }: PolicyDiff): boolean =>
  Object.values(lists).every((list) => list.length === 0) && Object.keys(more).length === 0;

/** A difference for people: first what it comes to, then what was written. Nothing where nothing of effect differs. */
export function diffText(diff: PolicyDiff, style: DiffStyle): string[] {
  const { cells, people, lines, risk, checkpoints, guardrails, breakGlass, secrets, calendars, more } = diff;
  const written: readonly (readonly [string, string, readonly PartChange[]])[] = [
    ['Lines of the matrix', 'lines', lines],
    ['Risk rules', 'risk', risk],
    ['Checkpoints', 'checkpoints', checkpoints],
    ['Guardrails', 'guardrails', guardrails],
    ['Break-glass', 'breakGlass', breakGlass],
    ['Secrets', 'secrets', secrets],
    ['Calendars', 'calendars', calendars],
  ];
  const persons = people.map(({ person, change }): Entry => ({
    mark: '~',
    style: undefined,
    text: `${person} ${change}`,
  }));
  return [
    ...cellsText(cells, more['cells'], style),
    ...(more['places'] === undefined
      ? []
      : [`${more['places']} places (an action in an environment) were not compared.`, '']),
    ...section('People', persons, more['people'], style),
    ...written.flatMap(([heading, name, parts]) => section(heading, parts.map(part), more[name], style)),
  ];
}
