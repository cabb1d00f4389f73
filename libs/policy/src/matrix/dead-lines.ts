import { type RiskLevel, RISK_LEVELS } from '@tollgate/contracts';
import { actionGroups, viewPlaces } from './cells.js';
import { indexLines, type LineMatch } from './line-match.js';
import { type CompiledRiskRule } from './risk.js';

/** How many lines are looked at, over all places, before the question is given up: under a second of work. */
const MOST_STEPS = 3_000_000;
/** How many lines that can never match are told, beside duplicates. */
const MOST_DEAD = 100;
/** How many missing cells are told. */
const MOST_MISSING = 1000;
/** How many lines a fault names. */
const NAMED = 3;

/** A line that no request can come to, and why, in words. */
export interface DeadLine<Line> {
  readonly line: Line;
  readonly why: string;
}

/** Cells of one action that no line is for. */
export interface MissingCells {
  readonly action: string;
  /** undefined: every environment that no line names. */
  readonly environment: string | undefined;
  readonly risks: readonly RiskLevel[];
}

/** What a matrix covers. */
export interface Coverage<Line> {
  readonly dead: readonly DeadLine<Line>[];
  readonly missing: readonly MissingCells[];
  /** False where the matrix is too large to tell: then nothing is said to be dead. */
  readonly complete: boolean;
}

class TooLarge extends Error {}

const overlap = <T>(a: ReadonlySet<T> | undefined, b: ReadonlySet<T> | undefined): boolean =>
  a === undefined || b === undefined || [...a].some((item) => b.has(item));

const same = <T>(a: ReadonlySet<T> | undefined, b: ReadonlySet<T> | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.size === b.size && [...a].every((item) => b.has(item)));

const isTwin = (a: LineMatch, b: LineMatch): boolean =>
  same(a.actions, b.actions) &&
  same(a.riskLevels, b.riskLevels) &&
  same(a.environments, b.environments) &&
  a.when?.text === b.when?.text;

function whyDead(line: LineMatch, lines: readonly LineMatch[]): string {
  const earlier = lines.slice(0, line.index);
  const before = earlier.filter(
    (other) =>
      other.when === undefined &&
      overlap(line.actions, other.actions) &&
      overlap(line.riskLevels, other.riskLevels) &&
      overlap(line.environments, other.environments),
  );
  if (before.length === 0)
    return line.when === undefined
      ? 'can never match: the risk rules raise every such request beyond its risk, or lines before it match all of them'
      : 'can never match: its condition holds for no such request';
  const named = before.slice(0, NAMED).map(({ rule }) => rule);
  const more = before.length > NAMED ? ` and ${before.length - NAMED} more` : '';
  return `can never match: all of it is matched before, by ${named.join(', ')}${more}`;
}

/** Key of what a line matches; equal for twins. */
const keyOf = ({ actions, riskLevels, environments, when }: LineMatch): string =>
  JSON.stringify([
    ...[actions, riskLevels, environments].map((set) => (set === undefined ? null : [...set].toSorted())),
    when?.text,
  ]);

function twinsOf<Line extends LineMatch>(lines: readonly Line[]): Map<Line, Line> {
  const first = new Map<string, Line>();
  const twins = new Map<Line, Line>();
  for (const line of lines) {
    const key = keyOf(line);
    const twin = first.get(key);
    if (twin === undefined) first.set(key, line);
    else if (isTwin(line, twin)) twins.set(line, twin);
  }
  return twins;
}

const risksIn = (bits: number): RiskLevel[] => RISK_LEVELS.filter((_, rank) => (bits & (1 << rank)) !== 0);

/** Finds the lines that can never match, over action, effective risk and environment, and the cells that no line is for. */
export function coverageOf<Line extends LineMatch>(
  lines: readonly Line[],
  rules: readonly CompiledRiskRule[],
): Coverage<Line> {
  const twins = twinsOf(lines);
  const dead: DeadLine<Line>[] = [...twins].map(([line, twin]) => ({
    line,
    why: `is a duplicate of ${twin.rule}, which comes first`,
  }));
  const live = new Set<Line>();
  const missing: MissingCells[] = [];
  let steps = 0;
  const step = (): void => {
    if (++steps > MOST_STEPS) throw new TooLarge();
  };
  const apart = [...lines, ...rules].some(({ when }) => when?.variables.has('action'));
  try {
    for (const { actions, lines: candidates } of actionGroups(indexLines(lines), apart)) {
      const [action] = actions;
      for (const { place, lines: found, gaps } of viewPlaces(candidates, action, rules, step)) {
        for (const { line } of found) live.add(line);
        if (gaps === 0 || missing.length > MOST_MISSING) continue;
        for (const name of actions)
          if (name !== undefined)
            missing.push({ action: name, environment: place.environment, risks: risksIn(gaps) });
      }
    }
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    return { dead, missing: [], complete: false };
  }
  for (const line of lines) {
    if (dead.length >= MOST_DEAD) break;
    if (!live.has(line) && !twins.has(line)) dead.push({ line, why: whyDead(line, lines) });
  }
  return { dead, missing, complete: true };
}
