import { type Request } from '@tollgate/contracts';
import { type CompiledLine, type CompiledPolicy } from '../compile/compiled-policy.js';

/** The first line of the matrix that matches, in file order; undefined where none does. */
export function matchLine(
  compiled: CompiledPolicy,
  request: Pick<Request, 'action' | 'riskLevel' | 'environment'>,
): CompiledLine | undefined {
  const lines = compiled.linesByAction.get(request.action) ?? compiled.linesForAnyAction;
  return lines.find(
    (line) =>
      (line.riskLevels?.has(request.riskLevel) ?? true) &&
      (line.environments?.has(request.environment) ?? true),
  );
}
