import { describe, expect, it } from '@jest/globals';
import { type JsonObject, type JsonValue } from '@tollgate/contracts';
import fc from 'fast-check';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { aRequest } from '../testing/a-request.js';
import { resolveRoute } from './resolve-route.js';

const people = {
  bob: ['team-lead'],
  dave: ['team-lead'],
  carol: ['vp'],
  erin: ['cto', 'team-lead'],
};
const directory = {
  ...aDirectory(people),
  calendars: { berlin: { zone: 'Europe/Berlin', week: { monday: ['09:00/17:00'] } } },
};
const line = { id: 'line', action: 'deploy_prod', riskLevel: '*', environment: '*', decide: 'team-lead' };
const route = (
  matrix: JsonObject[],
  more: JsonObject = {},
  given: Parameters<typeof aRequest>[0] = {},
  dir: JsonObject = directory,
) => resolveRoute(compiled(aPolicy(matrix, more), dir), aRequest(given));

describe('conditions of lines', () => {
  const strict = { ...line, id: 'strict', when: 'target.class == "pii"', decide: 'cto' };
  const mild = { ...line, id: 'mild', decide: 'automation' };

  it.each([
    ['pii', 'strict', 'people'],
    ['public', 'mild', 'automation'],
  ])('of %s → %s', (value, rule, decider) => {
    expect(route([strict, mild], {}, { target: { class: value } })).toMatchObject({ rule, decider });
  });

  it('deny where they cannot be evaluated: no milder line is tried', () => {
    expect(route([strict, mild], {}, { target: {} })).toMatchObject({
      rule: 'strict',
      decider: 'deny',
      plan: [],
      explanation:
        'By strict, deploy_prod at low risk in production is denied: its condition could not be evaluated (there is no class).',
    });
  });

  it('never let an error come to a milder line than the data would have', () => {
    const value = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.integer(),
      fc.constant(null),
      fc.constant<JsonObject>({}),
      fc.constant<JsonValue[]>([]),
    );
    const key = fc.constantFrom('class', 'constructor', '__proto__', 'toString', 'x');
    const policy = compiled(aPolicy([strict, mild]), directory);
    fc.assert(
      fc.property(fc.dictionary(key, value), (target) => {
        const { decider } = resolveRoute(policy, aRequest({ target }));
        if (decider === 'automation') {
          expect(Object.hasOwn(target, 'class')).toBe(true);
          expect(target['class']).not.toBe('pii');
        }
      }),
    );
  });
});

describe('effective risk', () => {
  const matrix = [
    { ...line, id: 'low', riskLevel: 'low', decide: 'automation' },
    { ...line, id: 'high', riskLevel: 'high', decide: 'cto' },
  ];
  const risk = [{ id: 'pii', when: 'target.class == "pii"', raiseTo: 'high' }];

  it('chooses the line, and is told', () => {
    expect(route(matrix, { risk }, { target: { class: 'pii' } })).toMatchObject({
      rule: 'high',
      riskLevel: { claimed: 'low', effective: 'high', raisedBy: ['pii'] },
      explanation: expect.stringMatching(
        /^The risk is raised from low to high by pii\. By high, deploy_prod at high risk/,
      ),
    });
  });

  it('says which rule could not be evaluated', () => {
    expect(route(matrix, { risk }, { target: {} }).explanation).toContain(
      'by pii (not to be evaluated, so it counts: pii: there is no class)',
    );
  });

  it('is what conditions of lines see', () => {
    const lines = [
      { ...line, id: 'raised', when: 'risk == "high"', decide: 'deny' },
      { ...line, decide: 'automation' },
    ];
    expect(route(lines, { risk }, { target: { class: 'pii' } }).rule).toBe('raised');
  });
});

describe('checkpoints', () => {
  const checkpoints = {
    default: { timeout: 'PT4H', onSilence: 'deny' },
    urgent: { when: 'has(parameters.urgent)', timeout: 'PT10M', onSilence: 'deny', validity: 'PT1M' },
    office: {
      timeout: 'PT8H',
      calendar: 'berlin',
      reminders: ['PT1H'],
      onSilence: { ask: { anyOf: ['vp', 'cto'] }, checkpoint: 'last' },
    },
    last: { timeout: 'PT1H', onSilence: 'deny' },
  };

  it.each([
    ['urgent', { urgent: true }, 'PT10M', 'PT1M'],
    ['urgent', {}, 'PT4H', 'PT15M'],
    [['urgent', 'last'], {}, 'PT1H', 'PT15M'],
    [['urgent', 'last'], { urgent: true }, 'PT10M', 'PT1M'],
  ])('%j with %j', (checkpoint, parameters, timeout, releaseValidity) => {
    const resolved = route([{ ...line, checkpoint }], { checkpoints }, { parameters });
    expect(resolved.plan[0]?.timeout).toBe(timeout);
    expect(resolved.releaseValidity).toBe(releaseValidity);
  });

  it('deny where their condition cannot be evaluated', () => {
    const broken = { ...checkpoints, urgent: { ...checkpoints.urgent, when: 'parameters.urgent == true' } };
    expect(route([{ ...line, checkpoint: 'urgent' }], { checkpoints: broken })).toMatchObject({
      decider: 'deny',
      plan: [],
      explanation: expect.stringContaining('checkpoint urgent could not be evaluated (there is no urgent)'),
    });
  });

  it('resolve each step of an escalation to people, with the hours of its calendar', () => {
    const { plan, decider } = route(
      [{ ...line, checkpoint: 'office' }],
      { checkpoints },
      { requester: 'erin' },
    );
    expect(decider).toBe('people');
    expect(plan).toEqual([
      {
        quorum: { kind: 'one', from: 'role:team-lead' },
        approvers: ['bob', 'dave'].map((person) => ({ person, via: ['role:team-lead'] })),
        excluded: [{ person: 'erin', why: 'is the requester' }],
        timeout: 'PT8H',
        reminders: ['PT1H'],
        onSilence: 'next',
        workingTime: {
          calendar: 'berlin',
          zone: 'Europe/Berlin',
          week: { monday: ['09:00/17:00'] },
          holidays: [],
        },
      },
      {
        quorum: {
          kind: 'any',
          of: [
            { kind: 'one', from: 'role:vp' },
            { kind: 'one', from: 'role:cto' },
          ],
        },
        approvers: [{ person: 'carol', via: ['role:vp'] }],
        excluded: [{ person: 'erin', why: 'is the requester' }],
        timeout: 'PT1H',
        reminders: [],
        onSilence: 'deny',
      },
    ]);
  });

  it('keep a later step that nobody can meet', () => {
    const { plan, decider } = route(
      [{ ...line, checkpoint: 'office' }],
      {
        checkpoints: {
          ...checkpoints,
          office: { ...checkpoints.office, onSilence: { ask: 'vp', checkpoint: 'last' } },
        },
      },
      { requester: 'carol' },
    );
    expect(decider).toBe('people');
    expect(plan[1]).toMatchObject({ approvers: [], excluded: [{ person: 'carol' }] });
  });

  it('may approve by silence at low risk outside production', () => {
    const matrix = [{ ...line, riskLevel: 'low', environment: 'staging', checkpoint: 'silent' }];
    const given = { environment: 'staging' };
    const silent = { ...checkpoints, silent: { timeout: 'PT1H', onSilence: 'approve' } };
    expect(route(matrix, { checkpoints: silent }, given).plan[0]?.onSilence).toBe('approve');
  });
});

describe('a quorum', () => {
  const two = [{ ...line, decide: { allOf: ['cto', 'team-lead'] } }];

  it('is asked where those who are left can meet it', () => {
    expect(route(two).plan[0]?.approvers.map(({ person }) => person)).toEqual(['erin', 'bob', 'dave']);
  });

  it('is denied where they cannot, with the plan and the reason', () => {
    const denied = route(two, {}, { requester: 'erin' });
    expect(denied).toMatchObject({
      decider: 'deny',
      plan: [{ approvers: [{ person: 'bob' }, { person: 'dave' }], excluded: [{ person: 'erin' }] }],
    });
    expect(denied.explanation).toContain(
      'which bob and dave cannot give alone (erin is the requester), so it is denied',
    );
  });

  it('of two roles is denied where one person is left who holds both', () => {
    const dir = aDirectory({ erin: ['cto', 'team-lead'], bob: ['team-lead'] });
    expect(route(two, {}, { requester: 'bob' }, dir).decider).toBe('deny');
    const samePerson = [{ ...line, decide: { allOf: ['cto', 'team-lead'], samePersonMayCount: true } }];
    expect(route(samePerson, {}, { requester: 'bob' }, dir).decider).toBe('people');
  });
});
