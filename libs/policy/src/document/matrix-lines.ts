import { pointerTo, RISK_LEVELS, type RiskLevel } from '@tollgate/contracts';
import { type NestedMatrix, type MatrixLine, type PolicyDocument } from './policy-document.js';
import { ANY } from './one-or-many.js';

/** A line of the matrix, whichever form it was written in. */
export interface WrittenLine {
  /** How it is called on record. */
  readonly rule: string;
  /** Where it stands. */
  readonly pointer: string;
  /** Where its decider stands. */
  readonly decideAt: string;
  readonly line: MatrixLine;
}

const namedFirst = ([a]: [string, unknown], [b]: [string, unknown]): number =>
  Number(a === ANY) - Number(b === ANY);

function fromNested(matrix: NestedMatrix): WrittenLine[] {
  return Object.entries(matrix)
    .toSorted(namedFirst)
    .flatMap(([action, byRisk]) =>
      Object.entries(byRisk)
        .toSorted(namedFirst)
        .map(([risk, decide]) => {
          const pointer = pointerTo('/matrix', action, risk);
          return {
            rule: `matrix.${action}.${risk}`,
            pointer,
            decideAt: pointer,
            line: {
              action,
              // Checked by the caller: a risk, or any.
              riskLevel: RISK_LEVELS.find((known) => known === risk) ?? (ANY as typeof ANY | RiskLevel),
              environment: ANY,
              decide,
            },
          };
        }),
    );
}

/**
 * The lines of a matrix in the order in which they are tried. The short form gives a line for each action and risk, the
 * named ones before `*`, whatever their order in the file.
 */
export function writtenLines({ matrix }: Pick<PolicyDocument, 'matrix'>): WrittenLine[] {
  if (!Array.isArray(matrix)) return fromNested(matrix);
  return matrix.map((line, index) => {
    const pointer = pointerTo('/matrix', index);
    return {
      rule: line.id ?? `matrix[${index}]`,
      pointer,
      decideAt: pointerTo(pointer, 'decide'),
      line,
    };
  });
}
