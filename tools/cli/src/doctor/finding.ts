import { EXIT_CODE, type ExitCode } from '../exit-code.js';

/** What the doctor says of one part of the system. */
export interface Finding {
  /** As in `router`, `kafka`, `dead letters`. */
  readonly part: string;
  /** `well`; `ill`: there, but something needs an operator; `away`: does not answer. */
  readonly state: 'well' | 'ill' | 'away';
  /** For people: what was found, and what to do. */
  readonly detail: string;
  /** The details behind it, one line each. */
  readonly lines: readonly string[];
}

/** A finding without anything to do. */
export const well = (part: string, detail: string, lines: readonly string[] = []): Finding => ({
  part,
  state: 'well',
  detail,
  lines,
});
/** A finding for an operator. */
export const ill = (part: string, detail: string, lines: readonly string[] = []): Finding => ({
  part,
  state: 'ill',
  detail,
  lines,
});
/** A part that does not answer. */
export const away = (part: string, detail: string): Finding => ({ part, state: 'away', detail, lines: [] });

/** The exit code of a whole examination: 69 where a part does not answer, 1 where one needs an operator. */
export function exitCodeOfFindings(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ state }) => state === 'away')) return EXIT_CODE.unreachable;
  return findings.some(({ state }) => state === 'ill') ? EXIT_CODE.failure : EXIT_CODE.done;
}
