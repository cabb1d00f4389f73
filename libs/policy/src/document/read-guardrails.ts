import { pointerTo, type Selector } from '@tollgate/contracts';
import {
  type CompiledGuardrail,
  type CompiledRule,
  type ReadGuardrail,
} from '../guardrail/compiled-guardrail.js';
import { fieldPathFault } from '../guardrail/field-path.js';
import { readWindow } from '../window/read-window.js';
import { DecideReader, type PlacedSelector } from './decide-reader.js';
import { durationMs } from './duration.js';
import { below, type Faults } from './faults.js';
import { GUARDRAIL_KINDS, type GuardrailRules, type PolicyDocument } from './policy-document.js';
import { BAD_DURATION } from './read-checkpoints.js';
import { type ReadCondition } from './read-condition.js';
import { shapeCheck } from './shape-check.js';

const CHECKS = Object.fromEntries(
  Object.entries(GUARDRAIL_KINDS).map(([kind, target]) => [kind, shapeCheck<GuardrailRules>(target)]),
);
const KINDS = Object.keys(GUARDRAIL_KINDS).join(', ');

/** Kinds that cannot be sure of anything before the decision, and why a `preflight` has no effect on them. */
const NO_PREFLIGHT: Readonly<Record<string, string>> = {
  'sign-off': 'these people are asked together with those of the line',
  window: 'it depends on when it is decided; people are shown that',
  'max-age': 'it depends on when the release is used',
};

/** Guardrails that take part in no override, and what to do instead. */
const NO_OVERRIDE: Readonly<Record<string, string>> = {
  'sign-off': 'a sign-off is not overridden: name in from whoever may give it',
  'max-age': 'nobody can override it before the decision: give it a longer maxAge',
};

interface Selectors {
  readonly selectors: readonly Selector[];
  readonly placed: readonly PlacedSelector[];
}

function readSelectors(value: unknown, pointer: string): Selectors {
  const reader = new DecideReader();
  const selectors = reader.selectorList(value, '');
  return { selectors: [...new Set(selectors)], placed: below(pointer, reader.selectors) };
}

const NOBODY: Selectors = { selectors: [], placed: [] };

/** Whether a strength, who may override, and what happens beforehand go together. */
function checkStrength(
  { kind, strength = 'absolute', overridableBy, preflight }: GuardrailRules,
  pointer: string,
  faults: Faults,
): void {
  const add = (field: string, message: string): void =>
    faults.add({ pointer: pointerTo(pointer, field), message });
  const noOverride = NO_OVERRIDE[kind];
  const noPreflight = NO_PREFLIGHT[kind];
  if (strength === 'overridable') {
    if (noOverride !== undefined) add('strength', noOverride);
    else if (overridableBy === undefined)
      faults.add({ pointer, message: 'overridableBy is missing: who may override it?' });
  } else if (overridableBy !== undefined)
    add('overridableBy', `has no effect on a rule that is ${strength}: say strength: overridable`);
  if (preflight === undefined) return;
  if (noPreflight !== undefined) add('preflight', `has no effect: ${noPreflight}`);
  else if (preflight === 'deny' && strength !== 'absolute')
    add('preflight', `a rule that is ${strength} denies nothing beforehand: people are asked, and shown it`);
}

/** What a kind says besides what every guardrail says; undefined where it has a fault. */
function readKind(
  given: GuardrailRules,
  rule: CompiledRule,
  pointer: string,
  condition: ReadCondition,
  faults: Faults,
): CompiledGuardrail | undefined {
  const fault = (field: string, message: string): undefined =>
    void faults.add({ pointer: pointerTo(pointer, field), message });
  switch (given.kind) {
    case 'allowed': {
      const message = fieldPathFault(given.field);
      if (message !== undefined) return fault('field', message);
      return { ...rule, kind: given.kind, field: given.field, values: new Set(given.values) };
    }
    case 'blocked':
      return { ...rule, kind: given.kind, actions: new Set(given.actions) };
    case 'condition': {
      const forbid = condition(given.forbid, pointerTo(pointer, 'forbid'));
      return forbid === undefined ? undefined : { ...rule, kind: given.kind, forbid };
    }
    case 'sign-off':
      return { ...rule, kind: given.kind, from: readSelectors(given.from, '').selectors };
    case 'window': {
      const reading = readWindow(given);
      if (reading.ok) return { ...rule, kind: given.kind, mode: given.mode, window: reading.window };
      for (const { field, index, message } of reading.faults)
        faults.add({ pointer: pointerTo(pointer, field, ...(index === undefined ? [] : [index])), message });
      return undefined;
    }
    case 'max-age': {
      const maxAgeMs = durationMs(given.maxAge);
      if (maxAgeMs === undefined) return fault('maxAge', BAD_DURATION);
      return { ...rule, kind: given.kind, maxAge: given.maxAge, maxAgeMs };
    }
  }
}

function readGuardrail(
  value: { readonly kind?: unknown },
  pointer: string,
  condition: ReadCondition,
  faults: Faults,
): ReadGuardrail | undefined {
  const check =
    typeof value.kind === 'string' && Object.hasOwn(CHECKS, value.kind) ? CHECKS[value.kind] : undefined;
  if (check === undefined) {
    faults.add({ pointer: pointerTo(pointer, 'kind'), message: `must be one of: ${KINDS}` });
    return undefined;
  }
  const shape = check(value, pointer);
  if (!shape.ok) {
    faults.add(...shape.faults);
    return undefined;
  }
  const given = shape.value;
  checkStrength(given, pointer, faults);
  const { strength = 'absolute', when, preflight } = given;
  const overriders =
    given.overridableBy === undefined
      ? NOBODY
      : readSelectors(given.overridableBy, pointerTo(pointer, 'overridableBy'));
  const signers = given.kind === 'sign-off' ? readSelectors(given.from, pointerTo(pointer, 'from')) : NOBODY;
  const rule = readKind(
    given,
    {
      id: given.id,
      reason: given.reason,
      strength,
      overridableBy: overriders.selectors,
      when: when === undefined ? undefined : condition(when, pointerTo(pointer, 'when')),
      deniesBeforehand: strength === 'absolute' && preflight !== 'warn',
      warns: preflight === 'warn',
    },
    pointer,
    condition,
    faults,
  );
  return rule === undefined
    ? undefined
    : { rule, pointer, overriders: overriders.placed, signers: signers.placed };
}

/** Reads the guardrails of a policy, in their order; what is wrong with them goes to `faults`. */
export function readGuardrails(
  { guardrails = [] }: Pick<PolicyDocument, 'guardrails'>,
  condition: ReadCondition,
  faults: Faults,
): ReadGuardrail[] {
  return guardrails.flatMap((value, index) => {
    if (faults.full) return [];
    const read = readGuardrail(value, pointerTo('/guardrails', index), condition, faults);
    return read === undefined ? [] : [read];
  });
}
