import { RISK_LEVELS, type RiskLevel } from '@tollgate/contracts';
import { type PlaceView } from './cells.js';
import { type LineMatch } from './line-match.js';

/** A line that may decide a cell, and whether only its condition tells. */
export interface Candidate<Line> {
  readonly line: Line;
  readonly conditional: boolean;
}

/** What may decide one cell: lines with conditions, in order, then one without, or none (a gap). */
export interface CellView<Line> {
  readonly riskLevel: RiskLevel;
  readonly candidates: readonly Candidate<Line>[];
  /** True where some line surely matches. */
  readonly closed: boolean;
}

/** The cells of a place, by risk. */
export const cellsOf = <Line extends LineMatch>({ lines }: PlaceView<Line>): CellView<Line>[] =>
  RISK_LEVELS.map((riskLevel, rank) => {
    const bit = 1 << rank;
    const candidates = lines.flatMap(({ line, surely, maybe }) =>
      (surely & bit) !== 0
        ? [{ line, conditional: false }]
        : (maybe & bit) !== 0
          ? [{ line, conditional: true }]
          : [],
    );
    return { riskLevel, candidates, closed: candidates.some(({ conditional }) => !conditional) };
  });
