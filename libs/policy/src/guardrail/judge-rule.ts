import { type GuardrailResult, type JsonValue, type Request } from '@tollgate/contracts';
import { type AllowedRule, type BlockedRule } from '../document/policy-document.js';
import { type FieldSource, fieldValues } from './field-path.js';

/** What a guardrail judges. */
export type Judged = FieldSource & Pick<Request, 'action'>;

const SHOWN = 100;

const shown = (value: JsonValue): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
};

function judgeAllowed(rule: AllowedRule, request: Judged): GuardrailResult {
  const values = fieldValues(request, rule.field);
  const offending = values.find((value) => typeof value !== 'string' || !rule.values.includes(value));
  if (offending !== undefined) {
    return {
      rule: rule.id,
      verdict: 'blocked',
      reason: `${rule.reason} (${rule.field} is ${shown(offending)})`,
    };
  }
  const reason = values.length === 0 ? `the request carries no ${rule.field}` : `${rule.field} is allowed`;
  return { rule: rule.id, verdict: 'passed', reason };
}

function judgeBlocked(rule: BlockedRule, request: Judged): GuardrailResult {
  return rule.actions.includes(request.action)
    ? { rule: rule.id, verdict: 'blocked', reason: `${rule.reason} (the action is ${request.action})` }
    : { rule: rule.id, verdict: 'passed', reason: `the action is not blocked` };
}

/** What one guardrail says of a request. */
export function judgeRule(rule: AllowedRule | BlockedRule, request: Judged): GuardrailResult {
  switch (rule.kind) {
    case 'allowed':
      return judgeAllowed(rule, request);
    case 'blocked':
      return judgeBlocked(rule, request);
  }
}
