import { type CompiledLine, type CompiledPolicy, type Electorate } from '../compile/compiled-policy.js';
import { cellsOf } from '../matrix/deciders.js';
import { viewPlace } from '../matrix/cells.js';
import { indexLines, linesFor } from '../matrix/line-match.js';
import { rankOf } from '../matrix/risk.js';
import { canBeMet, holdsWithout } from '../quorum/can-be-met.js';
import { quorumInWords } from '../quorum/quorum-words.js';

/** The request by which a policy change asks for approval. */
export const POLICY_PUBLISH = {
  action: 'policy.publish',
  environment: 'tollgate',
  riskLevel: 'high',
} as const;

/** The first of those asked without whom a quorum cannot be met; undefined where it holds with any one missing. */
export function indispensable({ quorum, active }: Pick<Electorate, 'quorum' | 'active'>): string | undefined {
  return active.find(
    ({ person }) =>
      !holdsWithout(quorum, active, person) ||
      !canBeMet(
        quorum,
        active.filter((approver) => approver.person !== person),
      ),
  )?.person;
}

function lineFault({ rule, decide }: CompiledLine): string | undefined {
  if (decide.kind !== 'people')
    return `by ${rule}, ${decide.kind === 'deny' ? 'it is denied' : 'nobody is asked'}: people must decide`;
  const { electorate } = decide;
  const needs = quorumInWords(electorate.quorum);
  if (!electorate.canBeMet) return `by ${rule}, it needs ${needs}, which the active people cannot meet`;
  const person = indispensable(electorate);
  return person === undefined
    ? undefined
    : `by ${rule}, it needs ${needs}, which cannot be met without ${person}: it must hold with any one person missing`;
}

/**
 * What keeps a revision from being changed again by approval: no line for {@link POLICY_PUBLISH} by which people decide,
 * or one whose quorum fails when a single person is missing. A line whose condition may or may not hold counts as
 * one that may decide. Undefined where all is well.
 */
export function policyPublishFault(compiled: CompiledPolicy): string | undefined {
  const { action, environment, riskLevel } = POLICY_PUBLISH;
  const what = `the request for ${action} at ${riskLevel} risk in ${environment}`;
  const lines = linesFor(indexLines(linesFor(compiled.lineIndex, action), 'environments'), environment);
  const view = viewPlace(lines, compiled.risk, { action, environment });
  for (const cell of cellsOf(view)) {
    const rank = rankOf(cell.riskLevel);
    if (rank < rankOf(riskLevel) || (view.reachable & (1 << rank)) === 0) continue;
    // A claim of high comes to critical only where a rule raises it.
    if (rank > rankOf(riskLevel) && !compiled.risk.some(({ raiseTo }) => rankOf(raiseTo) === rank)) continue;
    for (const { line } of cell.candidates) {
      const fault = lineFault(line);
      if (fault !== undefined) return `${what}: ${fault}`;
    }
    if (!cell.closed)
      return `${what}: no line is for it at ${cell.riskLevel} risk, so no policy could be published`;
  }
  return undefined;
}
