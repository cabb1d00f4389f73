import { describe, expect, it } from '@jest/globals';
import { parseDirectory, parseFiles, parsePolicy } from './parse-files.js';
import { formatFault } from './policy-fault.js';

const DIRECTORY = `roles: [team-lead]
groups: [dba]
people:
  bob: { active: true, roles: [team-lead], identities: [{ issuer: https://issuer.test, subject: bob }] }
`;
const POLICY = `version: 1
matrix:
  - id: prod
    action: deploy_prod
    riskLevel: [low, medium]
    environment: '*'
    decide: { role: team-lead }
checkpoints:
  default: { timeout: PT4H, onSilence: deny }
guardrails:
  - { id: regions, kind: allowed, field: target.region, values: [us-east], reason: Only there. }
releaseValidity: PT15M
`;

const faultsOf = (policy: string, directory = DIRECTORY): string[] => {
  const parsed = parseFiles({
    policy: { file: 'policy.yaml', text: policy },
    directory: { file: 'directory.yaml', text: directory },
  });
  return parsed.ok ? [] : parsed.faults.map(formatFault);
};
const policyWith = (from: string, to: string): string => {
  if (!POLICY.includes(from)) throw new Error(`the policy holds no ${from}`);
  return POLICY.replace(from, to);
};
const directoryWith = (from: string, to: string): string => {
  if (!DIRECTORY.includes(from)) throw new Error(`the directory holds no ${from}`);
  return DIRECTORY.replace(from, to);
};

describe('parseFiles', () => {
  it('gives both documents as plain JSON', () => {
    const parsed = parseFiles({
      policy: { file: 'p', text: POLICY },
      directory: { file: 'd', text: DIRECTORY },
    });
    expect(parsed).toMatchObject({
      ok: true,
      policy: {
        version: 1,
        matrix: [{ id: 'prod', riskLevel: ['low', 'medium'], decide: { role: 'team-lead' } }],
      },
      directory: { roles: ['team-lead'], people: { bob: { active: true } } },
    });
    expect(parsed).toEqual(JSON.parse(JSON.stringify(parsed)));
  });

  it.each([
    [
      'role: team-lead',
      'role: teem-lead',
      'policy.yaml:7:21: error: unknown role: the directory has no teem-lead',
    ],
    [
      'role: team-lead',
      'person: bobby',
      'policy.yaml:7:23: error: unknown person: the directory has no bobby',
    ],
    ['role: team-lead', 'group: dbas', 'policy.yaml:7:22: error: unknown group: the directory has no dbas'],
    [
      '    action: deploy_prod\n',
      '    action: deploy_prod\n    colour: red\n',
      'policy.yaml:5:13: error: is not a known field',
    ],
    [
      'target.region',
      'target',
      'policy.yaml:11:42: error: is not a field of a request: must be environment, producer, or a path like target.region or parameters.size',
    ],
    [
      'target.region',
      'regoin',
      'policy.yaml:11:42: error: is not a field of a request: must be environment, producer, or a path like target.region or parameters.size',
    ],
    [
      'kind: allowed',
      'kind: alowed',
      'policy.yaml:11:26: error: must be one of: allowed, blocked, condition, sign-off, window, max-age',
    ],
    [
      'timeout: PT4H',
      'timeout: 4h',
      'policy.yaml:9:23: error: must be an ISO 8601 duration of days, hours, minutes and seconds, like PT4H, of at most 366 days',
    ],
    [
      'PT15M',
      'P1M',
      'policy.yaml:12:18: error: must be an ISO 8601 duration of days, hours, minutes and seconds, like PT4H, of at most 366 days',
    ],
    ['default:', 'other:', 'policy.yaml:8:1: error: default is missing'],
    ['{ role: team-lead }', 'maybe', 'policy.yaml:7:13: error: unknown role: the directory has no maybe'],
    [
      '{ role: team-lead }',
      '{ role: team-lead, person: bob }',
      'policy.yaml:7:5: error: must have only one of role, person',
    ],
    [
      '[low, medium]',
      '[low, meduim]',
      'policy.yaml:5:5: error: must be one of low, medium, high, critical, a list of them, or "*" for any',
    ],
    [
      '[low, medium]',
      '[]',
      'policy.yaml:5:5: error: must be one of low, medium, high, critical, a list of them, or "*" for any',
    ],
  ])('finds the place of a fault: %s → %s', (from, to, fault) => {
    expect(faultsOf(policyWith(from, to))).toEqual([fault]);
  });

  it('finds every fault of both files at once', () => {
    expect(
      faultsOf(
        policyWith('PT15M', 'soon').replace('PT4H', 'later'),
        directoryWith('roles: [team-lead], ', 'roles: [boss], '),
      ),
    ).toHaveLength(3);
  });

  it('refuses a checkpoint that is not there, and one that has nobody to wait for', () => {
    expect(
      faultsOf(
        policyWith('decide: { role: team-lead }', 'decide: { role: team-lead }\n    checkpoint: short'),
      ),
    ).toEqual(['policy.yaml:8:17: error: short is not declared under checkpoints']);
    expect(
      faultsOf(policyWith('decide: { role: team-lead }', 'decide: deny\n    checkpoint: default')),
    ).toEqual(['policy.yaml:8:17: error: has no effect: nobody is waited for']);
  });

  it('refuses a reminder after the timeout', () => {
    expect(faultsOf(policyWith('onSilence: deny', 'onSilence: deny, reminders: [PT1H, PT4H]'))).toEqual([
      'policy.yaml:9:64: error: must be before the timeout',
    ]);
  });

  it('refuses a silence that approves', () => {
    expect(faultsOf(policyWith('onSilence: deny', 'onSilence: approve'))).toHaveLength(1);
  });

  it('refuses a selector that stands for more than 200 people', () => {
    const people = (count: number): string =>
      Array.from({ length: count }, (_, n) => `  p${n}: { active: true, roles: [team-lead] }\n`).join('');
    expect(faultsOf(POLICY, DIRECTORY + people(199))).toEqual([]);
    expect(faultsOf(POLICY, DIRECTORY + people(200))).toEqual([
      'policy.yaml:7:21: error: stands for 201 people; a step asks at most 200',
    ]);
  });
});

describe('parseDirectory', () => {
  it.each([
    ['roles: [team-lead], ', 'roles: [boss], ', 'd:4:32: error: boss is not declared under roles'],
    [
      '  bob:',
      '  Bob: { active: true }\n  bob:',
      'd:5:3: error: differs from the person Bob by upper and lower case only',
    ],
    [
      '  bob:',
      '  eve: { active: true, identities: [{ issuer: https://issuer.test, subject: bob }] }\n  bob:',
      'd:5:57: error: is already an identity of eve',
    ],
    ['active: true', 'active: 1', 'd:4:18: error: must be true or false'],
    ['active: true, ', '', 'd:4:3: error: is required'],
    [
      '  bob:',
      '  "bob the builder":',
      'd:4:3: error: a person id starts with a letter or digit and holds only letters, digits and _ . @ : / -',
    ],
    [
      '  bob:',
      '  "__proto__":',
      'd:4:3: error: a person id starts with a letter or digit and holds only letters, digits and _ . @ : / -',
    ],
  ])('refuses %s → %s', (from, to, fault) => {
    const parsed = parseDirectory(directoryWith(from, to), 'd');
    expect(parsed.ok ? [] : parsed.faults.map(formatFault)).toEqual([fault]);
  });
});

describe('parsePolicy', () => {
  it.each([
    ['an empty file', '', /must be a JSON object|is empty/],
    ['a list', '- 1', /must be a JSON object/],
    ['duplicate keys', 'version: 1\nversion: 1', /p:2:1: error: the key stands here twice/],
    ['an alias', 'a: &x [1]\nb: *x', /p:2:4: error: aliases are not allowed/],
    [
      'an exploding alias',
      `a: &a [x,x]\n${'bcdefgh'
        .split('')
        .map((name, n) => `${name}: &${name} [*${'abcdefg'[n]},*${'abcdefg'[n]}]`)
        .join('\n')}`,
      /aliases are not allowed/,
    ],
    ['a tag of its own', 'a: !evil 1', /error: Unresolved tag/],
    ['two documents', 'a: 1\n---\nb: 2', /holds more than one document/],
    ['a number that JSON has not', 'a: .inf', /must be a finite number/],
    ['a key that is no text', '? [1]\n: 2', /p:1:3: error/],
    ['an open bracket', 'a: [1', /p:1:6: error/],
  ])('refuses %s', (_, text, message) => {
    const parsed = parsePolicy(text, 'p');
    expect(parsed.ok ? [] : parsed.faults.map(formatFault)).toContainEqual(expect.stringMatching(message));
  });

  it.each([
    ['brackets', '['.repeat(200_000)],
    ['closed brackets', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['indents', Array.from({ length: 2_000 }, (_, n) => `${' '.repeat(n)}a:`).join('\n')],
    ['dashes', '- '.repeat(50_000)],
  ])('refuses deep nesting by %s', (_, text) => {
    const parsed = parsePolicy(text, 'p');
    expect(parsed.ok ? [] : parsed.faults.map(({ message }) => message)).toEqual([
      'nests deeper than 64 levels',
    ]);
  });

  it('refuses more than 8 MiB before it reads them', () => {
    const parsed = parsePolicy(`# ${'ü'.repeat(4 * 1024 * 1024)}`, 'p');
    expect(parsed.ok ? [] : parsed.faults.map(formatFault)).toEqual([
      'p:1:1: error: is 8388610 bytes long; at most 8388608 are read',
    ]);
  });

  it('refuses more tokens than any policy has before it composes them', () => {
    const parsed = parsePolicy(`[${','.repeat(4_000_000)}]`, 'p');
    expect(parsed.ok ? [] : parsed.faults.map(formatFault)).toEqual([
      'p:1:1: error: has more than 4000000 tokens',
    ]);
  });

  it('names a hundred faults at most', () => {
    const parsed = parsePolicy('k: 1\n'.repeat(1_000), 'p');
    expect(parsed.ok ? [] : parsed.faults).toHaveLength(100);
  });

  it('keeps what YAML 1.1 would have turned into something else', () => {
    const parsed = parsePolicy(policyWith('deploy_prod', '[no, on, 2026-01-01]'), 'p');
    expect(parsed.ok ? [...(parsed.read.lines[0]?.actions ?? [])] : parsed.faults).toEqual([
      'no',
      'on',
      '2026-01-01',
    ]);
  });
});
