import { describe, expect, it } from '@jest/globals';
import { compile } from '../compile/compile.js';
import { diffPolicies } from '../effect/diff-policies.js';
import { lintFiles } from '../lint/lint-files.js';
import { secretsOf } from '../secrets/secret-settings.js';
import { formatFault } from './policy-fault.js';

const DIRECTORY = `roles: [lead]
groups: []
people:
  ann: { active: true, roles: [lead] }
  ben: { active: true, roles: [lead] }
`;
const policyWith = (secrets: string): string => `version: 1
matrix:
  - { id: all, action: '*', riskLevel: '*', environment: '*', decide: lead }
checkpoints: { default: { timeout: PT1H, onSilence: deny } }
releaseValidity: PT1H
secrets:
  ${secrets}
`;
const lint = (secrets: string): string[] =>
  lintFiles({
    policy: { file: 'p', text: policyWith(secrets) },
    directory: { file: 'd', text: DIRECTORY },
  }).map(formatFault);

describe('secrets of a policy file', () => {
  it.each([
    ['{}'],
    [`rules: [{ id: acme-key, pattern: 'acme_([a-z]{8})' }]`],
    ['allow: [{ rule: jwt, field: reason }, { rule: aws-access-key-id, field: parameters.a.*.b }]'],
    [`{ rules: [{ id: ours, pattern: 'x{20}' }], allow: [{ rule: ours, field: idempotency-key }] }`],
  ])('are taken: %s', (secrets) => expect(lint(secrets)).toEqual([]));

  it.each([
    [
      `rules: [{ id: ours, pattern: '(a' }]`,
      /^p:7:32: error: the pattern is not in RE2 syntax: missing closing \): `\(a`$/,
    ],
    [`rules: [{ id: ours, pattern: 'a(?=b)' }]`, /^p:7:32: error: the pattern is not in RE2 syntax/],
    [`rules: [{ id: ours, pattern: 'a*' }]`, /^p:7:32: error: the pattern also matches nothing at all/],
    [`rules: [{ id: ours, pattern: '([a-z]{900}){2}' }]`, /^p:7:32: error: the pattern/],
    [
      `rules: [{ id: ours, pattern: '${'a'.repeat(201)}' }]`,
      /^p:7:32: error: the pattern is 201 characters long/,
    ],
    [`rules: [{ id: jwt, pattern: 'ab' }]`, /^p:7:17: error: jwt is the id of a rule that is always there$/],
    [
      `rules: [{ id: a, pattern: 'ab' }, { id: a, pattern: 'cd' }]`,
      /^p:7:43: error: a is the id of an earlier one$/,
    ],
    ['allow: [{ rule: no-such, field: reason }]', /^p:7:19: error: there is no rule no-such$/],
    ['allow: [{ rule: jwt, field: vote.reason }]', /^p:7:31: error: vote has nothing below it$/],
    ['allow: [{ rule: jwt, field: nowhere }]', /^p:7:31: error: is no field that is looked into/],
    ['allow: [{ rule: jwt, field: "parameters." }]', /^p:7:31: error: is no field that is looked into/],
    ['alow: []', /^p:7:3: /],
  ])('are refused at their place: %s', (secrets, fault) => {
    const faults = lint(secrets);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
  });
});

describe('what is published of secrets', () => {
  const revision = (secrets?: object) => ({
    revision: 1,
    policy: {
      version: 1,
      matrix: [{ id: 'all', action: '*', riskLevel: '*', environment: '*', decide: 'lead' }],
      checkpoints: { default: { timeout: 'PT1H', onSilence: 'deny' } },
      releaseValidity: 'PT1H',
      ...(secrets === undefined ? {} : { secrets: JSON.parse(JSON.stringify(secrets)) }),
    },
    directory: { roles: ['lead'], groups: [], people: { ann: { active: true, roles: ['lead'] } } },
  });
  const secrets = {
    rules: [{ id: 'ours', pattern: 'x{20}' }],
    allow: [{ rule: 'jwt', field: 'reason' }],
  };

  it('is read without the rest', () => {
    expect(secretsOf(revision(secrets).policy)).toEqual(secrets);
    expect(secretsOf(revision().policy)).toEqual({ rules: [], allow: [] });
    expect(() => secretsOf({ secrets: { rules: 7 } })).toThrow('cannot be read');
  });

  it('is shown to whoever approves a change of it', () => {
    const diff = diffPolicies(compile(revision()), compile(revision(secrets)));
    expect(diff.secrets).toEqual([
      { kind: 'added', rule: 'ours', what: expect.stringContaining('x{20}') },
      { kind: 'added', rule: 'jwt in reason', what: expect.stringContaining('allowed') },
    ]);
  });
});
