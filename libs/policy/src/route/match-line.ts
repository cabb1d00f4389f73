import { type Request } from '@tollgate/contracts';
import { type CompiledLine, type CompiledPolicy } from '../compile/compiled-policy.js';
import { type Facts } from '../conditions/facts.js';
import { linesFor } from '../matrix/line-match.js';

/** Which line decides: the first that matches, none, or one whose condition could not be evaluated. */
export type Match =
  | { readonly kind: 'line'; readonly line: CompiledLine }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'unclear';
      readonly line: CompiledLine;
      /** Why, in words. */
      readonly fault: string;
    };

/**
 * The first line of the matrix that matches, in file order. A line whose condition cannot be evaluated stops the search: what
 * comes after it may be milder than what it would have said.
 * @param facts with the effective risk
 */
export function matchLine(
  { lineIndex }: Pick<CompiledPolicy, 'lineIndex'>,
  request: Pick<Request, 'action' | 'riskLevel' | 'environment'>,
  facts: Facts,
): Match {
  for (const line of linesFor(lineIndex, request.action)) {
    if (!(line.riskLevels?.has(request.riskLevel) ?? true)) continue;
    if (!(line.environments?.has(request.environment) ?? true)) continue;
    if (line.when === undefined) return { kind: 'line', line };
    const verdict = line.when.evaluate(facts);
    if (verdict === true) return { kind: 'line', line };
    if (verdict !== false) return { kind: 'unclear', line, fault: verdict.fault };
  }
  return { kind: 'none' };
}
