import { pointerTo } from '@tollgate/contracts';
import { type ReadGuardrail } from '../guardrail/compiled-guardrail.js';
import { coverageOf, type Coverage } from '../matrix/dead-lines.js';
import { type CompiledRiskRule } from '../matrix/risk.js';
import { durationMs } from './duration.js';
import { Faults } from './faults.js';
import { PolicyDocument } from './policy-document.js';
import { type ReadBreakGlass, readBreakGlass } from './read-break-glass.js';
import { BAD_DURATION, type ReadCheckpoint, readCheckpoints } from './read-checkpoints.js';
import { conditionReader, type ReadCondition } from './read-condition.js';
import { readGuardrails } from './read-guardrails.js';
import { checkSecrets } from './read-secrets.js';
import { type ReadLine, readLines } from './read-lines.js';
import { type Shape, shapeCheck } from './shape-check.js';

const checkPolicyShape = shapeCheck(PolicyDocument);

/** A policy by itself, read: its conditions compiled, its forms made one. */
export interface ReadPolicy {
  readonly document: PolicyDocument;
  readonly risk: readonly CompiledRiskRule[];
  readonly lines: readonly ReadLine[];
  readonly checkpoints: ReadonlyMap<string, ReadCheckpoint>;
  readonly guardrails: readonly ReadGuardrail[];
  readonly breakGlass: readonly ReadBreakGlass[];
  readonly coverage: Coverage<ReadLine>;
}

function checkUnique(ids: (string | undefined)[], list: string, faults: Faults): void {
  const seen = new Set<string>();
  for (const [index, id] of ids.entries()) {
    if (id === undefined) continue;
    if (seen.has(id))
      faults.add({ pointer: pointerTo('', list, index, 'id'), message: `${id} is the id of an earlier one` });
    seen.add(id);
  }
}

function readRisk(policy: PolicyDocument, condition: ReadCondition, faults: Faults): CompiledRiskRule[] {
  return (policy.risk ?? []).flatMap(({ id, when, raiseTo }, index) => {
    const at = pointerTo('/risk', index);
    if (raiseTo === 'low')
      faults.add({ pointer: pointerTo(at, 'raiseTo'), message: 'has no effect: no risk is lower than low' });
    const compiled = condition(when, pointerTo(at, 'when'));
    return compiled === undefined ? [] : [{ id, when: compiled, raiseTo }];
  });
}

function checkDead({ dead }: Coverage<ReadLine>, faults: Faults): void {
  for (const { line, why } of dead)
    faults.add({ pointer: line.written.pointer, message: `${line.rule} ${why}` });
}

/** A policy as plain JSON → the same, read; or everything that is wrong with it by itself. */
export function readPolicy(json: unknown): Shape<ReadPolicy> {
  const shape = checkPolicyShape(json);
  if (!shape.ok) return shape;
  const document = shape.value;
  const faults = new Faults();
  const condition = conditionReader(faults);
  const risk = readRisk(document, condition, faults);
  const checkpoints = readCheckpoints(document, condition, faults);
  const lines = readLines(document, checkpoints, condition, faults);
  const guardrails = readGuardrails(document, condition, faults);
  const breakGlass = readBreakGlass(document, checkpoints, condition, faults);
  checkSecrets(document, faults);
  if (durationMs(document.releaseValidity) === undefined)
    faults.add({ pointer: '/releaseValidity', message: BAD_DURATION });
  if (Array.isArray(document.matrix))
    checkUnique(
      document.matrix.map(({ id }) => (typeof id === 'string' ? id : undefined)),
      'matrix',
      faults,
    );
  checkUnique(
    (document.risk ?? []).map(({ id }) => id),
    'risk',
    faults,
  );
  checkUnique(
    (document.breakGlass ?? []).map(({ id }) => id),
    'breakGlass',
    faults,
  );
  if (faults.none)
    checkUnique(
      (document.guardrails ?? []).map((rule) => rule.id),
      'guardrails',
      faults,
    );
  if (!faults.none) return { ok: false, faults: faults.list() };
  const coverage = coverageOf(lines, risk);
  checkDead(coverage, faults);
  return faults.none
    ? { ok: true, value: { document, risk, lines, checkpoints, guardrails, breakGlass, coverage } }
    : { ok: false, faults: faults.list() };
}
