/** The most lines of a kind that are shown. */
const SHOWN = 20;

/** The first lines of a finding; how many more there are is said in a last one. */
export const shortened = (lines: string[]): string[] =>
  lines.length <= SHOWN ? lines : [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} more`];
