import { describe, expect, it } from '@jest/globals';
import { lintFiles } from '../lint/lint-files.js';
import { formatFault } from './policy-fault.js';

const DIRECTORY = `roles: [lead, cto, dpo, empty]
groups: []
people:
  ann: { active: true, roles: [lead, dpo] }
  ben: { active: true, roles: [lead, dpo] }
  eve: { active: true, roles: [cto] }
`;
const policyWith = (guardrail: string): string => `version: 1
matrix:
  - { id: all, action: '*', riskLevel: '*', environment: '*', decide: lead }
checkpoints: { default: { timeout: PT1H, onSilence: deny } }
releaseValidity: PT1H
guardrails:
  - ${guardrail}
`;
const lint = (guardrail: string): string[] =>
  lintFiles({
    policy: { file: 'p', text: policyWith(guardrail) },
    directory: { file: 'd', text: DIRECTORY },
  }).map(formatFault);
const RULE = 'id: g, reason: No.';
const CONDITION = `${RULE}, kind: condition, forbid: "true"`;
const WINDOW = `${RULE}, kind: window, mode: freeze, start: '2026-11-20T17:00', duration: PT1H, zone: UTC`;

describe('guardrails of a policy file', () => {
  it.each([
    [`{ ${CONDITION}, when: action == "wipe" }`],
    [`{ ${CONDITION}, when: environment == "production", preflight: deny }`],
    [`{ ${CONDITION}, strength: overridable, overridableBy: [cto, { person: ann }], preflight: warn }`],
    [`{ ${CONDITION}, strength: advisory }`],
    [`{ ${RULE}, kind: sign-off, from: dpo }`],
    [`{ ${RULE}, kind: sign-off, from: [dpo, { person: eve }], strength: advisory }`],
    [`{ ${WINDOW} }`],
    [
      `{ ${WINDOW}, rrule: FREQ=WEEKLY, exceptions: ['2026-12-25'], strength: overridable, overridableBy: lead }`,
    ],
    [`{ ${RULE}, kind: max-age, maxAge: PT10M }`],
  ])('are taken: %s', (guardrail) => {
    expect(lint(guardrail)).toEqual([]);
  });

  it.each([
    [`{ ${RULE}, kind: nothing }`, 'p:7:33: error: must be one of: allowed, blocked, condition, sign-off'],
    [`{ ${RULE}, kind: condition }`, 'p:7:5: error: is required'],
    [`{ ${RULE}, kind: condition, forbid: foo == 1 }`, 'p:7:52: error: unknown variable: foo'],
    [`{ ${RULE}, kind: condition, forbid: risk }`, 'p:7:52: error: must be true or false'],
    [`{ ${CONDITION}, when: target.x >}`, 'p:7:'],
    [`{ ${CONDITION}, strength: strong }`, 'error: must be one of: absolute, overridable, advisory'],
    [
      `{ ${CONDITION}, strength: overridable }`,
      'p:7:5: error: overridableBy is missing: who may override it?',
    ],
    [
      `{ ${CONDITION}, overridableBy: cto }`,
      'has no effect on a rule that is absolute: say strength: overridable',
    ],
    [
      `{ ${CONDITION}, strength: overridable, overridableBy: boss }`,
      'p:7:98: error: unknown role: the directory has no boss',
    ],
    [`{ ${CONDITION}, strength: overridable, overridableBy: [] }`, 'must be a list of at least one'],
    [
      `{ ${CONDITION}, strength: overridable, overridableBy: cto, preflight: deny }`,
      'a rule that is overridable denies nothing beforehand',
    ],
    [`{ ${RULE}, kind: sign-off, from: dpa }`, 'p:7:49: error: unknown role: the directory has no dpa'],
    [
      `{ ${RULE}, kind: sign-off, from: empty }`,
      'p:7:49: error: can never be met: it needs one person of the role empty',
    ],
    [
      `{ ${RULE}, kind: sign-off, from: dpo, strength: overridable, overridableBy: cto }`,
      'a sign-off is not overridden: name in from whoever may give it',
    ],
    [
      `{ ${RULE}, kind: sign-off, from: dpo, preflight: warn }`,
      'has no effect: these people are asked together',
    ],
    [`{ ${WINDOW}, preflight: deny }`, 'has no effect: it depends on when it is decided'],
    [`{ ${WINDOW}, rrule: FREQ=HOURLY }`, 'p:7:116: error: FREQ must be one of YEARLY'],
    [`{ ${WINDOW}, exceptions: ['2026-12-25', never] }`, 'error: must be a day like 2026-12-25'],
    [`{ ${RULE}, kind: max-age, maxAge: P1Y }`, 'error: must be an ISO 8601 duration'],
    [
      `{ ${RULE}, kind: max-age, maxAge: PT1H, strength: overridable, overridableBy: cto }`,
      'nobody can override it before the decision',
    ],
    [`{ ${CONDITION}, color: red }`, 'is not a known field'],
  ])('are refused: %s', (guardrail, fault) => {
    expect(lint(guardrail)).toEqual([expect.stringContaining(fault)]);
  });

  it('are warned of where one person alone can sign off', () => {
    expect(lint(`{ ${RULE}, kind: sign-off, from: cto }`)).toEqual([
      expect.stringContaining('which cannot be met without eve: it must hold with any one person missing'),
      expect.stringContaining('warning: eve alone is in role cto and may also request'),
    ]);
  });
});
