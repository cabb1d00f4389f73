import { type RiskLevel } from '@tollgate/contracts';
import { type Condition } from '../conditions/condition.js';

/** What a line of the matrix matches. `undefined` stands for any. */
export interface LineMatch {
  /** How the line is called on record. */
  readonly rule: string;
  /** Its place among the lines, from 0. */
  readonly index: number;
  readonly actions: ReadonlySet<string> | undefined;
  readonly riskLevels: ReadonlySet<RiskLevel> | undefined;
  readonly environments: ReadonlySet<string> | undefined;
  readonly when: Condition | undefined;
}

/** Lines by the names that they have of one kind (actions, environments), and those for any; each list in file order. */
export interface LineIndex<Line extends LineMatch> {
  readonly byName: ReadonlyMap<string, readonly Line[]>;
  readonly anyName: readonly Line[];
}

/** Indexes lines by the actions or the environments that they name. */
export function indexLines<Line extends LineMatch>(
  lines: readonly Line[],
  names: 'actions' | 'environments' = 'actions',
): LineIndex<Line> {
  const byName = new Map<string, Line[]>();
  const anyName: Line[] = [];
  for (const line of lines) {
    const named = line[names];
    if (named === undefined) anyName.push(line);
    else
      for (const name of named) {
        const known = byName.get(name);
        if (known === undefined) byName.set(name, [line]);
        else known.push(line);
      }
  }
  return { byName, anyName };
}

/**
 * The lines that may match a name, in file order. Merged on demand: kept for each name, lines for any would take memory by
 * the square of the file.
 * @param name undefined for any that no line names
 */
export function linesFor<Line extends LineMatch>(
  { byName, anyName }: LineIndex<Line>,
  name: string | undefined,
): readonly Line[] {
  const named = name === undefined ? undefined : byName.get(name);
  if (named === undefined) return anyName;
  if (anyName.length === 0) return named;
  const merged: Line[] = [];
  let next = 0;
  for (const line of named) {
    for (let any = anyName[next]; any !== undefined && any.index < line.index; any = anyName[++next])
      merged.push(any);
    merged.push(line);
  }
  return merged.concat(anyName.slice(next));
}
