import { describe, expect, it } from '@jest/globals';
import { PolicyInvalidError } from '../compile/policy-invalid-error.js';
import { compile } from '../compile/compile.js';
import { parseFiles } from '../document/parse-files.js';
import { formatFault } from '../document/policy-fault.js';
import { readYaml } from '../document/yaml-source.js';
import { lintFiles } from './lint-files.js';

const DIRECTORY = `roles: [lead, cto, empty]
groups: [dba]
people:
  ann: { active: true, roles: [lead] }
  ben: { active: true, roles: [lead], groups: [dba] }
  eve: { active: true, roles: [cto], groups: [dba] }
calendars:
  berlin: { zone: Europe/Berlin, week: { monday: ['09:00/17:00'] } }
`;
const POLICY = `version: 1
matrix:
  - id: deploy
    action: deploy
    riskLevel: '*'
    environment: '*'
    decide: lead
  - id: publish
    action: policy.publish
    riskLevel: '*'
    environment: '*'
    decide: { anyOf: [lead, cto] }
checkpoints:
  default: { timeout: PT1H, onSilence: deny }
releaseValidity: PT1H
`;
const replaced = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`there is no ${from}`);
  return text.replace(from, to);
};
const lint = (policy: string, directory = DIRECTORY) =>
  lintFiles({ policy: { file: 'p', text: policy }, directory: { file: 'd', text: directory } }).map(
    formatFault,
  );

describe('lintFiles', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(lint(POLICY)).toEqual([]);
  });

  it.each([
    ['decide: lead', 'decide: led', ['p:7:13: error: unknown role: the directory has no led']],
    [
      'decide: lead',
      'decide: { allOf: [lead, { group: dab }] }',
      ['p:7:38: error: unknown group: the directory has no dab'],
    ],
    [
      'decide: lead',
      'decide: { anyOf: [{ person: anne }] }',
      ['p:7:33: error: unknown person: the directory has no anne'],
    ],
    [
      'decide: lead',
      'decide: empty',
      [
        'p:7:13: error: can never be met: it needs one person of the role empty, and the directory has nobody for it',
      ],
    ],
    [
      'decide: lead',
      'decide: { atLeast: 3, of: lead }',
      [
        'p:7:31: error: can never be met: it needs three people of the role lead, and the directory has 2 people for it',
      ],
    ],
    ['decide: lead', 'decide: lead\n    when: foo == 1', ['p:8:11: error: unknown variable: foo']],
    [
      'onSilence: deny }',
      'onSilence: { ask: empty, checkpoint: end } }\n  end: { timeout: PT1H, onSilence: deny }',
      ['p:14:47: error: can never be met'],
    ],
    [
      'onSilence: deny }',
      'onSilence: deny, calendar: paris }',
      ['p:14:56: error: unknown calendar: the directory has no paris'],
    ],
    [
      'timeout: PT1H, onSilence: deny }',
      'timeout: P366D, onSilence: deny, calendar: berlin }',
      [
        'p:14:23: error: the calendar berlin works 8 hours a week, of which this would take more than five years',
      ],
    ],
    [
      'timeout: PT1H, onSilence: deny }',
      'timeout: P1D, onSilence: deny, pauseForAnswer: P20D, calendar: berlin }',
      ['this would take more than five years, with as many pauses as there may be (5)'],
    ],
    [
      '  - id: publish',
      "  - { action: deploy, riskLevel: low, environment: '*', decide: deny }\n  - id: publish",
      ['p:8:5: error: matrix[1] can never match: all of it is matched before, by deploy'],
    ],
    [
      'decide: lead',
      'decide: automation\n    signIn: link',
      ['p:8:13: error: has no effect: nobody is asked'],
    ],
    [
      'releaseValidity',
      'signIn: { low: none }\nreleaseValidity',
      ['p:15:16: error: must be one of: link, signed-in, passkey'],
    ],
    ['releaseValidity', 'signIn: { hihg: link }\nreleaseValidity', ['p:15:17: error: is not a known field']],
    [
      'onSilence: deny }',
      'onSilence: deny, pauseForAnswer: P31D }',
      [
        'p:14:62: error: must be an ISO 8601 duration of days, hours, minutes and seconds, like PT4H, of at most 30 days',
      ],
    ],
    [
      'onSilence: deny }',
      'onSilence: deny, reasonFor: [deny, refuse] }',
      ['p:14:64: error: must be one of: approve, deny, abstain'],
    ],
  ])('refuses %s → %s, and so does compile', (from, to, expected) => {
    const text = replaced(POLICY, from, to);
    expect(lint(text)).toEqual(expected.map((fault) => expect.stringContaining(fault)));
    expect(parseFiles({ policy: { file: 'p', text }, directory: { file: 'd', text: DIRECTORY } }).ok).toBe(
      false,
    );
    const [policy, directory] = [readYaml(text), readYaml(DIRECTORY)];
    if (!policy.ok || !directory.ok) throw new Error('not YAML');
    expect(() =>
      compile({ revision: 1, policy: policy.json as never, directory: directory.json as never }),
    ).toThrow(PolicyInvalidError);
  });

  it.each([
    [
      'Europe/Berlin',
      'Europe/Bonn',
      'd:8:19: error: the calendar berlin names the time zone Europe/Bonn, which does not exist',
    ],
    [
      "'09:00/17:00'",
      "'17:00/09:00'",
      'd:8:34: error: the calendar berlin has hours that are not like 09:00/17:00',
    ],
    ["['09:00/17:00']", '[9-17]', 'd:8:51: error: must match'],
    [
      "week: { monday: ['09:00/17:00'] }",
      'week: {}',
      'd:8:34: error: the calendar berlin has no working hours',
    ],
    [
      'week:',
      "holidays: ['2026-02-30'], week:",
      'd:8:34: error: the calendar berlin names the holiday 2026-02-30',
    ],
  ])('refuses a calendar: %s → %s', (from, to, expected) => {
    expect(lint(POLICY, replaced(DIRECTORY, from, to))).toEqual([expect.stringContaining(expected)]);
  });

  it.each([
    [
      "riskLevel: '*'",
      'riskLevel: [low, medium]',
      ['p:4:13: warning: no line is for deploy at high or critical risk: such requests are denied'],
    ],
    [
      "environment: '*'",
      'environment: [x, y]',
      [
        'p:4:13: warning: no line is for deploy at low, medium, high or critical risk: such requests are denied',
      ],
    ],
    [
      'decide: lead',
      'decide: cto',
      [
        'p:7:13: warning: eve alone is in role cto and may also request: nobody can approve what eve asks for',
      ],
    ],
    ['decide: lead', 'decide: { anyOf: [lead, cto] }', []],
    ['decide: lead', 'decide: { allOf: [lead, cto] }', ['p:7:29: warning: eve alone is in role cto']],
    [
      'timeout: PT1H',
      'timeout: PT2H',
      ['p:14:23: warning: people have PT2H to answer, and their answer may be used for PT1H only'],
    ],
    [
      '  - id: publish\n',
      '  - id: publish\n    when: has(target.x)\n',
      [
        'p:2:1: warning: cannot be published as a change: the request for policy.publish at high risk in tollgate: no line is for it at high risk',
      ],
    ],
    [
      'decide: { anyOf: [lead, cto] }',
      'decide: { allOf: [lead, cto] }',
      ['p:2:1: warning: cannot be published as a change', 'p:12:29: warning: eve alone'],
    ],
    [
      'releaseValidity',
      'signIn: { critical: link }\nreleaseValidity',
      [
        'p:15:21: warning: at critical risk a link is enough: whoever holds the mailbox of an approver decides',
        'p:15:21: warning: at critical risk link is asked for, and at high risk signed-in',
      ],
    ],
    [
      'releaseValidity',
      'signIn: { low: passkey }\nreleaseValidity',
      [
        'p:15:1: warning: at medium risk link is asked for, and at low risk passkey',
        'p:15:1: warning: at high risk signed-in is asked for, and at low risk passkey',
      ],
    ],
    [
      'decide: lead',
      'decide: lead\n    signIn: link',
      ['p:8:13: warning: at high and critical risk a link is enough'],
    ],
    [
      "riskLevel: '*'\n    environment: '*'\n    decide: lead",
      "riskLevel: '*'\n    environment: '*'\n    decide: lead\n    signIn: passkey",
      [],
    ],
  ])('warns of %s → %s', (from, to, expected) => {
    expect(lint(replaced(POLICY, from, to))).toEqual(expected.map((fault) => expect.stringContaining(fault)));
  });

  it('warns where deactivation left too few, and never refuses it', () => {
    const directory = replaced(DIRECTORY, 'eve: { active: true', 'eve: { active: false');
    expect(lint(replaced(POLICY, 'decide: lead', 'decide: cto'), directory)).toEqual([
      'p:7:13: warning: cannot be met now: it needs one person of the role cto, and too few of them are active',
    ]);
  });

  it.each([
    ['plain', "when: environment == 'x' && foo", 8, 33],
    ['plain, folded', "when: environment == 'x'\n      && foo", 9, 10],
    ['in single quotes', "when: 'environment == ''x'' && foo'", 8, 36],
    ['in double quotes', 'when: "environment == \\"x\\" && foo"', 8, 36],
    ['in double quotes over two lines', 'when: "environment == \\"x\\"\n      && foo"', 9, 10],
    ['in a literal block', 'when: |\n      environment == "x" &&\n      foo', 10, 7],
    ['in a folded block', 'when: >-\n      environment == "x"\n      && foo', 10, 10],
  ])('shows the place of a fault in a condition that is %s', (_, when, row, column) => {
    const text = replaced(POLICY, 'decide: lead', `decide: lead\n    ${when}`);
    expect(lint(text)).toEqual([expect.stringContaining(`p:${row}:${column}: error: unknown variable: foo`)]);
  });

  it('takes the short form', () => {
    const text = replaced(
      POLICY,
      POLICY.slice(POLICY.indexOf('matrix:'), POLICY.indexOf('checkpoints:')),
      "matrix:\n  deploy: { low: automation, '*': led }\n",
    );
    expect(lint(text)).toEqual(['p:3:35: error: unknown role: the directory has no led']);
  });

  it('finds what a thousand lines cover', () => {
    const lines = Array.from(
      { length: 1_000 },
      (_, n) =>
        `  - { action: a${n % 500}, riskLevel: '*', environment: ${n < 500 ? '[x, y]' : 'x'}, decide: lead }\n`,
    ).join('');
    const findings = lint(replaced(POLICY, '  - id: deploy\n', `${lines}  - id: deploy\n`));
    expect(findings).toHaveLength(100);
    expect(findings[0]).toBe(
      'p:503:5: error: matrix[500] can never match: all of it is matched before, by matrix[0]',
    );
  });
});

describe('lintFiles on who may break the glass', () => {
  const RULE = `breakGlass:
  - id: outage
    who: [lead, { person: eve }]
    action: deploy
    riskLevel: high
    environment: '*'
    signIn: passkey
    review: { decide: cto, checkpoint: default }
`;
  const faults = (from: string, to: string, policy = POLICY) => lint(policy + replaced(RULE, from, to));

  it('finds nothing wrong with a good rule', () => {
    expect(faults('decide: cto', 'decide: lead')).toEqual([]);
  });

  it.each([
    ['who: [lead', 'who: [led', ['p:18:11: error: unknown role: the directory has no led']],
    ['decide: cto', 'decide: boss', ['p:23:23: error: unknown role: the directory has no boss']],
    [
      'decide: cto',
      'decide: automation',
      ['p:23:23: error: must be people: somebody looks at it afterwards'],
    ],
    [
      'decide: cto',
      'decide: empty',
      [
        'p:23:23: error: can never be met: it needs one person of the role empty, and the directory has nobody for it',
      ],
    ],
    ['checkpoint: default', 'checkpoint: other', ['p:23:40: error: other is not declared under checkpoints']],
    ['signIn: passkey', 'signIn: link', ['p:22:13: error: must be one of: signed-in, passkey']],
    [
      'riskLevel: high',
      'riskLevel: huge',
      ['p:20:16: error: must be one of low, medium, high, critical, a list of them, or "*" for any'],
    ],
    ["environment: '*'", "environment: '*'\n    when: target.x ==", [expect.stringContaining('p:22:')]],
  ])('%s → %s', (from, to, expected) => {
    expect(faults(from, to)).toEqual(expected);
  });

  it('warns where whoever breaks it is known less surely than who decides', () => {
    const lead = replaced(RULE, 'decide: cto', 'decide: lead');
    const weak = replaced(replaced(lead, 'passkey', 'signed-in'), 'riskLevel: high', "riskLevel: '*'");
    expect(lint(POLICY + weak)).toEqual([
      'p:22:13: warning: at critical risk signed-in is enough to break the glass, and more is asked of those who decide',
    ]);
  });

  it('refuses a checkpoint of a review whose silence approves', () => {
    const approving = replaced(
      POLICY,
      'onSilence: deny }',
      'onSilence: deny }\n  mild: { timeout: PT1H, onSilence: approve }',
    );
    expect(faults('checkpoint: default', 'checkpoint: mild', approving)).toEqual([
      'p:24:40: error: the silence of checkpoint mild approves: the silence of a review only ever asks on',
    ]);
  });

  it('refuses two rules of one id', () => {
    expect(lint(POLICY + RULE + RULE.slice(RULE.indexOf('\n') + 1))).toEqual([
      'p:24:9: error: outage is the id of an earlier one',
    ]);
  });
});
