import { RE2JS } from 're2js';

/** One match of a pattern, in UTF-16 units. */
export interface Match {
  readonly from: number;
  /** What the groups hold, or the whole where there is none. */
  readonly groups: readonly string[];
  /** Where the last group stands, or the whole. */
  readonly start: number;
  readonly end: number;
}

/** Asks for the first match of a pattern in a text at or after a position; undefined where there is none. */
export type MatchesFrom = (text: string) => (position: number) => Match | undefined;

function byAutomaton(pattern: string): MatchesFrom {
  const program = RE2JS.compile(pattern);
  const last = program.groupCount();
  return (text) => {
    const matcher = program.matcher(text);
    return (position) => {
      if (!matcher.find(position)) return undefined;
      const groups = last === 0 ? [matcher.group() ?? ''] : [];
      for (let group = 1; group <= last; group += 1) groups.push(matcher.group(group) ?? '');
      return { from: matcher.start(), groups, start: matcher.start(last), end: matcher.end(last) };
    };
  };
}

function byBacktracking(pattern: string): MatchesFrom {
  if (/\(\?[a-z]*-?[a-z]*:/.test(pattern.replaceAll('(?:', ''))) throw new Error('no modifiers: see anyCase');
  // By code points, as RE2 goes; with the places of groups.
  const program = new RegExp(pattern, 'dgu');
  return (text) => (position) => {
    program.lastIndex = position;
    const match = program.exec(text);
    if (match === null) return undefined;
    const [whole, ...groups] = match;
    const [start, end] = match.indices?.at(-1) ?? [match.index, match.index + whole.length];
    return { from: match.index, groups: groups.length === 0 ? [whole] : groups, start, end };
  };
}

/**
 * Compiles a pattern.
 * @param pattern RE2
 * @param isQuick a matcher that backtracks is safe with it, and takes it for the same: see `TextRule`
 */
export const matchesFrom = (pattern: string, isQuick = false): MatchesFrom =>
  isQuick ? byBacktracking(pattern) : byAutomaton(pattern);
