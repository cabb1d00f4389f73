import { describe, expect, it } from '@jest/globals';
import { type JsonObject } from '@tollgate/contracts';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { onlyDeactivates } from './only-deactivates.js';
import { policyPublishFault } from './policy-publish-fault.js';

const line = {
  id: 'publish',
  action: 'policy.publish',
  riskLevel: 'high',
  environment: 'tollgate',
  decide: 'lead',
};
const three = aDirectory({ ann: ['lead'], ben: ['lead'], eve: ['lead', 'cto'] });
const fault = (matrix: JsonObject[], more: JsonObject = {}, directory: JsonObject = three) =>
  policyPublishFault(compiled(aPolicy(matrix, more), directory));

describe('policyPublishFault', () => {
  it.each<[string, JsonObject[]]>([
    ['one of several people', [line]],
    ['two of three', [{ ...line, decide: { atLeast: 2, of: 'lead' } }]],
    ['a majority of three', [{ ...line, decide: { majorityOf: 'lead' } }]],
    [
      'two ways to decide',
      [
        { ...line, when: 'has(target.x)' },
        { ...line, id: 'b', decide: { atLeast: 2, of: 'lead' } },
      ],
    ],
    ['any line', [{ ...line, action: '*', riskLevel: '*', environment: '*' }]],
  ])('finds nothing wrong with %s', (_, matrix) => {
    expect(fault(matrix)).toBeUndefined();
  });

  it.each<[string, JsonObject[], RegExp]>([
    ['no line', [], /no line is for it at high risk/],
    ['a line for other risks', [{ ...line, riskLevel: 'low' }], /no line is for it at high risk/],
    ['a line for another environment', [{ ...line, environment: 'production' }], /no line is for it/],
    ['a line under a condition alone', [{ ...line, when: 'has(target.x)' }], /no line is for it/],
    ['automation', [{ ...line, decide: 'automation' }], /by publish, nobody is asked: people must decide/],
    ['a no', [{ ...line, decide: 'deny' }], /by publish, it is denied/],
    [
      'automation under a condition',
      [{ ...line, id: 'c', when: 'has(target.x)', decide: 'automation' }, line],
      /by c, nobody is asked/,
    ],
    [
      'a single person',
      [{ ...line, decide: 'cto' }],
      /cannot be met without eve: it must hold with any one person missing/,
    ],
    ['two people who are both needed', [{ ...line, decide: { allOf: ['lead', 'cto'] } }], /without eve/],
    ['everybody', [{ ...line, decide: { unanimousOf: 'lead' } }], /without ann/],
    ['three of three', [{ ...line, decide: { atLeast: 3, of: 'lead' } }], /without ann/],
  ])('refuses %s', (_, matrix, message) => {
    expect(fault(matrix)).toMatch(message);
  });

  it('counts the active only', () => {
    const directory = aDirectory({ ann: ['lead'], ben: ['lead'] }, ['ben']);
    expect(fault([line], {}, directory)).toMatch(/without ann/);
    expect(fault([line], {}, aDirectory({ ann: ['lead'] }, ['ann']))).toMatch(
      /which the active people cannot meet/,
    );
  });

  it('looks at the risk that rules may raise it to', () => {
    const risk = [{ id: 'r', when: 'has(target.x)', raiseTo: 'critical' }];
    expect(fault([line], { risk })).toMatch(/no line is for it at critical risk/);
    expect(fault([{ ...line, riskLevel: ['high', 'critical'] }], { risk })).toBeUndefined();
    const always = [{ id: 'r', when: 'action == "policy.publish"', raiseTo: 'critical' }];
    expect(fault([{ ...line, riskLevel: 'critical' }], { risk: always })).toBeUndefined();
  });
});

describe('policyPublishFault of guardrails', () => {
  const guarded = (rule: JsonObject, directory: JsonObject = three) =>
    fault([line], { guardrails: [{ id: 'g', reason: 'No.', ...rule }] }, directory);

  it.each<[string, JsonObject, RegExp]>([
    [
      'one that blocks the action',
      { kind: 'blocked', actions: ['policy.publish'] },
      /the guardrail g would block it, so no policy could be published: No\. \(the action is policy\.publish\)/,
    ],
    [
      'one whose condition cannot be evaluated for it',
      { kind: 'condition', forbid: 'target.region == "moon"' },
      /could not be evaluated, so it blocks: there is no region/,
    ],
    [
      'a sign-off that one person alone can give',
      { kind: 'sign-off', from: 'cto' },
      /which cannot be met without eve/,
    ],
  ])('refuses %s', (_, rule, message) => {
    expect(guarded(rule)).toMatch(message);
  });

  it.each<[string, JsonObject]>([
    ['one for other actions', { kind: 'blocked', actions: ['wipe'] }],
    ['one that asks first', { kind: 'condition', forbid: 'has(target.region) && target.region == "moon"' }],
    ['a sign-off that keeps out', { kind: 'sign-off', from: 'cto', when: 'action != "policy.publish"' }],
    ['a sign-off that many can give', { kind: 'sign-off', from: 'lead' }],
    ['one for the record', { kind: 'blocked', actions: ['policy.publish'], strength: 'advisory' }],
  ])('finds nothing wrong with %s', (_, rule) => {
    expect(guarded(rule)).toBeUndefined();
  });
});

describe('onlyDeactivates', () => {
  const person = { active: true, roles: ['lead'], identities: [{ issuer: 'i', subject: 's' }] };
  const before = {
    roles: ['lead'],
    groups: [],
    people: { ann: person, ben: person, off: { ...person, active: false } },
  };
  const withPeople = (people: JsonObject) => ({ ...before, people: { ...before.people, ...people } });

  it.each<[string, JsonObject, boolean]>([
    ['one person', withPeople({ ann: { ...person, active: false } }), true],
    [
      'two people',
      withPeople({ ann: { ...person, active: false }, ben: { ...person, active: false } }),
      true,
    ],
    [
      'one person, in another order of fields',
      {
        people: {
          ben: { identities: person.identities, roles: ['lead'], active: false },
          off: { ...person, active: false },
          ann: person,
        },
        groups: [],
        roles: ['lead'],
      },
      true,
    ],
    ['nobody', structuredClone(before), false],
    ['somebody back', withPeople({ off: person }), false],
    ['one person and somebody back', withPeople({ ann: { ...person, active: false }, off: person }), false],
    [
      'one person, who gets a role',
      withPeople({ ann: { ...person, active: false, roles: ['lead', 'cto'] } }),
      false,
    ],
    [
      'one person, who gets an identity',
      withPeople({ ann: { ...person, active: false, identities: [] } }),
      false,
    ],
    [
      'one person, and adds one',
      withPeople({ ann: { ...person, active: false }, zoe: { ...person, active: false } }),
      false,
    ],
    [
      'one person by removal',
      { ...before, people: { ben: person, off: { ...person, active: false } } },
      false,
    ],
    [
      'one person, and adds a role',
      { ...withPeople({ ann: { ...person, active: false } }), roles: ['lead', 'x'] },
      false,
    ],
    [
      'one person, and adds a calendar',
      { ...withPeople({ ann: { ...person, active: false } }), calendars: {} },
      false,
    ],
    ['one person by something else than false', withPeople({ ann: { ...person, active: 'no' } }), false],
    ['what is no directory', {}, false],
  ])('deactivates %s: %#', (_, after, expected) => {
    expect(onlyDeactivates(before, after)).toBe(expected);
  });
});
