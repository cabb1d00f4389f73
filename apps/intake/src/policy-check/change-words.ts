import { type PartChange, type PolicyDiff } from '@tollgate/policy';

/** How many entries each list has at most, besides the count of the rest. */
const MAX_WORDS = 50;
/** How long an entry is at most, in UTF-16 units. */
const MAX_LENGTH = 300;

/** What a change of policy changes, for the people who decide: in the documents, and in who decides what. */
export interface ChangeWords {
  readonly changes: string[];
  readonly effects: string[];
}

/** How many entries {@link diffPolicies} may give of each kind. */
export const DIFF_LIMIT = MAX_WORDS;

/** Half of a surrogate pair at the cut would be no character. */
const cut = (words: string): string =>
  words.length <= MAX_LENGTH ? words : `${words.slice(0, MAX_LENGTH - 1).toWellFormed()}…`;

const partWords = (what: string, parts: readonly PartChange[]): string[] =>
  parts.map((part) => `${what} ${part.rule} ${part.kind}: ${part.what}`);

/** In turn one of each list: however much there is of one kind, it hides no other. */
function inTurn(lists: readonly (readonly string[])[]): string[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list[index] ?? [])).flat();
}

function bounded(words: readonly string[], more: number): string[] {
  const rest = more + Math.max(0, words.length - MAX_WORDS);
  return [...words.slice(0, MAX_WORDS).map(cut), ...(rest === 0 ? [] : [`and ${rest} more`])];
}

/** A difference in words, bounded. */
export function changeWords(diff: PolicyDiff): ChangeWords {
  const { cells: moreCells = 0, places = 0, ...more } = diff.more;
  const changes = inTurn([
    diff.people.map(({ person, change }) => `person ${person} ${change}`),
    partWords('line', diff.lines),
    partWords('guardrail', diff.guardrails),
    partWords('break-glass rule', diff.breakGlass),
    partWords('secret rule', diff.secrets),
    partWords('risk rule', diff.risk),
    partWords('checkpoint', diff.checkpoints),
    partWords('calendar', diff.calendars),
  ]);
  const effects = diff.cells.map(
    ({ action, riskLevel, environment, before, after, effect }) =>
      `${action} at ${riskLevel} risk in ${environment} (${effect}): ${before} → ${after}`,
  );
  return {
    changes:
      changes.length === 0
        ? ['the documents differ in their wording only']
        : bounded(
            changes,
            Object.values(more).reduce((sum, count) => sum + count, 0),
          ),
    effects: [
      ...(effects.length === 0 ? ['no cell of the matrix changes its decider'] : bounded(effects, moreCells)),
      ...(places === 0 ? [] : [`${places} more places of the matrix were not compared`]),
    ],
  };
}
