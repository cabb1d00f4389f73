import { NAME_PATTERN, pointerTo } from '@tollgate/contracts';
import { fieldPathFault } from '../guardrail/field-path.js';
import { parseDecide } from './decide.js';
import { type DocumentFault } from './document-fault.js';
import { durationMs } from './duration.js';
import { AllowedRule, BlockedRule, Checkpoint, PolicyDocument } from './policy-document.js';
import { type Shape, shapeCheck } from './shape-check.js';

const checkPolicyShape = shapeCheck(PolicyDocument);
const checkCheckpointShape = shapeCheck(Checkpoint);
const checkAllowedShape = shapeCheck(AllowedRule);
const checkBlockedShape = shapeCheck(BlockedRule);

const BAD_DURATION =
  'must be an ISO 8601 duration of days, hours, minutes and seconds, like PT4H, of at most 366 days';

function checkCheckpoint(name: string, value: unknown): DocumentFault[] {
  const pointer = pointerTo('/checkpoints', name);
  if (!NAME_PATTERN.test(name)) return [{ pointer, message: 'is not a name' }];
  const shape = checkCheckpointShape(value, pointer);
  if (!shape.ok) return shape.faults;
  const timeout = durationMs(shape.value.timeout);
  if (timeout === undefined) return [{ pointer: pointerTo(pointer, 'timeout'), message: BAD_DURATION }];
  return (shape.value.reminders ?? []).flatMap((reminder, index) => {
    const after = durationMs(reminder);
    if (after !== undefined && after < timeout) return [];
    return [
      {
        pointer: pointerTo(pointer, 'reminders', index),
        message: after === undefined ? BAD_DURATION : 'must be before the timeout',
      },
    ];
  });
}

function checkGuardrail(index: number, value: { kind?: unknown }): DocumentFault[] {
  const pointer = pointerTo('/guardrails', index);
  switch (value.kind) {
    case 'blocked': {
      const shape = checkBlockedShape(value, pointer);
      return shape.ok ? [] : shape.faults;
    }
    case 'allowed': {
      const shape = checkAllowedShape(value, pointer);
      if (!shape.ok) return shape.faults;
      const fault = fieldPathFault(shape.value.field);
      return fault === undefined ? [] : [{ pointer: pointerTo(pointer, 'field'), message: fault }];
    }
    default:
      return [{ pointer: pointerTo(pointer, 'kind'), message: 'must be one of: allowed, blocked' }];
  }
}

function checkLines(policy: PolicyDocument): DocumentFault[] {
  return policy.matrix.flatMap((line, index) => {
    const pointer = pointerTo('/matrix', index);
    const faults: DocumentFault[] = [];
    const decide = parseDecide(line.decide);
    if (line.checkpoint !== undefined) {
      const at = pointerTo(pointer, 'checkpoint');
      if (!Object.hasOwn(policy.checkpoints, line.checkpoint))
        faults.push({ pointer: at, message: `${line.checkpoint} is not declared under checkpoints` });
      if (decide?.kind !== 'people')
        faults.push({ pointer: at, message: 'has no effect: nobody is waited for' });
    }
    return faults;
  });
}

function checkUnique(ids: (string | undefined)[], list: string): DocumentFault[] {
  const seen = new Set<string>();
  return ids.flatMap((id, index) => {
    if (id === undefined) return [];
    if (seen.has(id))
      return [{ pointer: pointerTo('', list, index, 'id'), message: `${id} is the id of an earlier one` }];
    seen.add(id);
    return [];
  });
}

/** A policy as plain JSON → the same, known to be a policy by itself; or everything that is wrong with it. */
export function checkPolicy(json: unknown): Shape<PolicyDocument> {
  const shape = checkPolicyShape(json);
  if (!shape.ok) return shape;
  const policy = shape.value;
  const faults: DocumentFault[] = [
    ...checkLines(policy),
    ...checkUnique(
      policy.matrix.map((line) => line.id),
      'matrix',
    ),
    ...Object.entries(policy.checkpoints).flatMap(([name, value]) => checkCheckpoint(name, value)),
    ...(policy.guardrails ?? []).flatMap((rule, index) => checkGuardrail(index, rule)),
  ];
  if (!Object.hasOwn(policy.checkpoints, 'default'))
    faults.push({ pointer: '/checkpoints', message: 'default is missing' });
  if (durationMs(policy.releaseValidity) === undefined)
    faults.push({ pointer: '/releaseValidity', message: BAD_DURATION });
  if (faults.length === 0)
    faults.push(
      ...checkUnique(
        (policy.guardrails ?? []).map((rule) => rule.id),
        'guardrails',
      ),
    );
  return faults.length > 0 ? { ok: false, faults } : shape;
}
