import { describe, expect, it } from '@jest/globals';
import { formatFault } from '../document/policy-fault.js';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { parseCases } from './parse-cases.js';
import { runPolicyCases } from './run-policy-cases.js';

const policy = compiled(
  aPolicy([{ id: 'a', action: 'deploy', riskLevel: 'low', environment: '*', decide: 'lead' }], {
    guardrails: [
      {
        id: 'region',
        kind: 'allowed',
        field: 'target.region',
        values: ['eu'],
        reason: 'Only there.',
        preflight: 'warn',
      },
    ],
  }),
  aDirectory({ ann: ['lead'], ben: ['lead'] }),
);
const run = (text: string) => {
  const parsed = parseCases(`cases:\n  - name: x\n${text}`, 'c');
  if (!parsed.ok) throw new Error(parsed.faults.map(formatFault).join('\n'));
  return runPolicyCases(policy, parsed.cases);
};

describe('runPolicyCases', () => {
  it('passes what is as expected, and what nothing is expected of', () => {
    expect(
      run(`    request: { action: deploy, requester: ann, target: { region: us } }
    expect: { rule: a, decider: people, approvers: [ben], excluded: [ann], timeout: PT240M, risk: low, signIn: link, guardrails: [region] }
  - { name: y, request: { action: z }, expect: {} }`),
    ).toEqual([
      { name: 'x', ok: true, differences: [] },
      { name: 'y', ok: true, differences: [] },
    ]);
  });

  it('says what is otherwise', () => {
    expect(
      run(`    request: { action: deploy, risk: high }
    expect: { rule: a, decider: people, approvers: [ann, ben], timeout: PT4H, risk: low, signIn: link, guardrails: [region] }`),
    ).toEqual([
      {
        name: 'x',
        ok: false,
        differences: [
          'rule: expected a, was none',
          'decider: expected people, was deny',
          'approvers: expected ann, ben, was nobody',
          'timeout: expected PT4H, was nothing',
          'risk: expected low, was high',
          'signIn: expected link, was nothing',
          'guardrails that block: expected region, was nobody',
        ],
      },
    ]);
  });
});

describe('parseCases', () => {
  it.each([
    ['    request: { action: deploy }\n    expect: { decidr: deny }', 'c:4:23: error: is not a known field'],
    ['    request: { risk: low }\n    expect: {}', 'c:3:5: error: is required'],
    ['    expect: {}', 'error: is required'],
    ['    name: y', 'error: Map keys must be unique'],
  ])('names the place of a fault: %j', (text, fault) => {
    const parsed = parseCases(`cases:\n  - name: x\n${text}`, 'c');
    const told = parsed.ok ? [] : parsed.faults.map(formatFault);
    expect(told).toEqual([
      expect.stringContaining(fault === 'error: Map keys must be unique' ? 'twice' : fault),
    ]);
  });
});

describe('guardrails of a case', () => {
  const guarded = compiled(
    aPolicy([{ id: 'a', action: '*', riskLevel: '*', environment: '*', decide: 'lead' }], {
      guardrails: [
        { id: 'dpo', kind: 'sign-off', from: 'dpo', reason: 'Personal data.', when: 'action == "export"' },
        {
          id: 'night',
          kind: 'window',
          mode: 'freeze',
          start: '2026-11-01T22:00',
          duration: 'PT8H',
          rrule: 'FREQ=DAILY',
          zone: 'Europe/Berlin',
          reason: 'At night nobody watches.',
        },
        { id: 'fresh', kind: 'max-age', maxAge: 'PT10M', reason: 'Ask again.' },
        {
          id: 'big',
          kind: 'condition',
          forbid: 'has(parameters.rows) && parameters.rows > 10.0',
          strength: 'advisory',
          reason: 'Much.',
        },
      ],
    }),
    aDirectory({ ann: ['lead'], dan: ['dpo'] }),
  );

  it.each([
    ['action: export', 'approvers: [ann, dan], guardrails: []'],
    ['action: export, approvedBy: [ann]', 'guardrails: [dpo]'],
    ['action: export, approvedBy: [ann, dan]', 'guardrails: []'],
    ['action: deploy', 'guardrails: [], advised: [], preflight: []'],
    ['action: deploy, at: "2026-11-03T12:00:00Z"', 'guardrails: [], preflight: []'],
    ['action: deploy, at: "2026-11-03T20:00:00Z"', 'guardrails: [], preflight: [night]'],
    ['action: deploy, at: "2026-11-03T21:30:00Z"', 'guardrails: [night], preflight: [night]'],
    ['action: deploy, usedAfter: PT11M', 'guardrails: [fresh]'],
    ['action: deploy, parameters: { rows: 11 }', 'guardrails: [], advised: [big], preflight: [big]'],
  ])('{ %s } → { %s }', (request, expected) => {
    const parsed = parseCases(
      `cases:\n  - { name: x, request: { ${request} }, expect: { ${expected} } }`,
      'c',
    );
    if (!parsed.ok) throw new Error(parsed.faults.map(formatFault).join('\n'));
    expect(runPolicyCases(guarded, parsed.cases)).toEqual([{ name: 'x', ok: true, differences: [] }]);
  });
});
