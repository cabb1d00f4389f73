import { type CompiledLine, type CompiledPolicy, type Electorate } from '../compile/compiled-policy.js';
import { requestOf } from '../cases/run-policy-cases.js';
import { Facts } from '../conditions/facts.js';
import { type SignOff } from '../guardrail/compiled-guardrail.js';
import { foresee, type Foreseen } from '../guardrail/preflight.js';
import { withSignOffs } from '../guardrail/with-sign-offs.js';
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

/**
 * The sign-offs that may join the request: all but those that surely keep out of it. Conditions of which that cannot be
 * told count as ones that hold.
 */
const signOffsFor = ({ guardrails }: CompiledPolicy, facts: Facts): SignOff[] =>
  guardrails.flatMap((rule) =>
    rule.kind === 'sign-off' && rule.strength !== 'advisory' && rule.when?.evaluate(facts) !== false
      ? [rule]
      : [],
  );

/** The guardrail that nobody outranks and that is sure to block such a request, as far as what all of them carry tells. */
const blockedBy = (compiled: CompiledPolicy): Foreseen | undefined => {
  const { action, environment, riskLevel } = POLICY_PUBLISH;
  const target = { documentHash: '0'.repeat(64), basedOn: compiled.revision };
  const parameters = { changes: [], effects: [] };
  const request = requestOf({ action, environment, risk: riskLevel, target, parameters }, compiled.revision);
  return foresee(compiled, request, riskLevel).find(
    ({ rule, says }) => says === 'blocks' && rule.strength === 'absolute',
  );
};

function lineFault(
  { rule, decide }: CompiledLine,
  signOffs: readonly SignOff[],
  compiled: CompiledPolicy,
): string | undefined {
  if (decide.kind !== 'people')
    return `by ${rule}, ${decide.kind === 'deny' ? 'it is denied' : 'nobody is asked'}: people must decide`;
  const electorate =
    signOffs.length === 0
      ? decide.electorate
      : compiled.electorateOf(withSignOffs(decide.electorate.quorum, signOffs));
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
  const blocked = blockedBy(compiled);
  if (blocked !== undefined)
    return `${what}: the guardrail ${blocked.rule.id} would block it, so no policy could be published: ${blocked.reason}`;
  const view = viewPlace(lines, compiled.risk, { action, environment });
  for (const cell of cellsOf(view)) {
    const rank = rankOf(cell.riskLevel);
    if (rank < rankOf(riskLevel) || (view.reachable & (1 << rank)) === 0) continue;
    // A claim of high comes to critical only where a rule raises it.
    if (rank > rankOf(riskLevel) && !compiled.risk.some(({ raiseTo }) => rankOf(raiseTo) === rank)) continue;
    const signOffs = signOffsFor(compiled, new Facts({ action, environment, risk: cell.riskLevel }));
    for (const { line } of cell.candidates) {
      const fault = lineFault(line, signOffs, compiled);
      if (fault !== undefined) return `${what}: ${fault}`;
    }
    if (!cell.closed)
      return `${what}: no line is for it at ${cell.riskLevel} risk, so no policy could be published`;
  }
  return undefined;
}
