import { pointerTo, SECRET_FIELDS, SECRET_RULES } from '@tollgate/contracts';
import { RE2JS } from 're2js';
import { patternFault } from '../conditions/matches-re2.js';
import { type Faults } from './faults.js';
import { type PolicyDocument } from './policy-document.js';

const ALWAYS = new Set<string>(SECRET_RULES);
const FIELDS: readonly string[] = [...SECRET_FIELDS.refused, ...SECRET_FIELDS.redacted];
/** Free texts, and fields of one value, have nothing below them. */
const ROOTS_OF_PATHS: readonly string[] = ['target', 'parameters', 'onBehalfOf'];
const PATH = /^[^.\s]+(?:\.[^.]+)*$/;

/** What speaks against a pattern: that RE2 does not take it, or that every text would hold a secret. */
function faultOf(pattern: string): string | undefined {
  const fault = patternFault(pattern);
  if (fault !== undefined) return fault;
  return RE2JS.compile(pattern).test('')
    ? 'the pattern also matches nothing at all, so that every text would hold a secret'
    : undefined;
}

function fieldFault(field: string): string | undefined {
  const [root = '', ...names] = field.split('.');
  if (!PATH.test(field) || !FIELDS.includes(root))
    return `is no field that is looked into: must begin with one of ${FIELDS.join(', ')}`;
  return names.length > 0 && !ROOTS_OF_PATHS.includes(root) ? `${root} has nothing below it` : undefined;
}

/** Checks what a policy says of secrets: that its patterns are ones, its ids new, and what it allows is there. */
export function checkSecrets({ secrets = {} }: PolicyDocument, faults: Faults): void {
  const { rules = [], allow = [] } = secrets;
  const known = new Set(ALWAYS);
  for (const [index, { id, pattern }] of rules.entries()) {
    const at = pointerTo('/secrets/rules', index);
    if (known.has(id))
      faults.add({
        pointer: pointerTo(at, 'id'),
        message: ALWAYS.has(id)
          ? `${id} is the id of a rule that is always there`
          : `${id} is the id of an earlier one`,
      });
    known.add(id);
    const message = faultOf(pattern);
    if (message !== undefined) faults.add({ pointer: pointerTo(at, 'pattern'), message });
  }
  for (const [index, { rule, field }] of allow.entries()) {
    const at = pointerTo('/secrets/allow', index);
    if (!known.has(rule)) faults.add({ pointer: pointerTo(at, 'rule'), message: `there is no rule ${rule}` });
    const message = fieldFault(field);
    if (message !== undefined) faults.add({ pointer: pointerTo(at, 'field'), message });
  }
}
