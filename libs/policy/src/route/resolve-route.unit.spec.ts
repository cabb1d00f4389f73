import { describe, expect, it } from '@jest/globals';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { aRequest } from '../testing/a-request.js';
import { resolveRoute } from './resolve-route.js';

const people = { alice: ['developer'], bob: ['team-lead'], dave: ['team-lead'] };
const teamLead = {
  id: 'prod',
  action: 'deploy_prod',
  riskLevel: 'low',
  environment: '*',
  decide: { role: 'team-lead' },
};

describe('resolveRoute', () => {
  it('asks the people of the role that the first matching line names', () => {
    const policy = compiled(
      aPolicy([teamLead, { ...teamLead, id: 'later', riskLevel: '*', decide: 'automation' }]),
      aDirectory(people),
    );
    expect(resolveRoute(policy, aRequest())).toEqual({
      rule: 'prod',
      riskLevel: { claimed: 'low', effective: 'low' },
      decider: 'people',
      plan: [
        {
          quorum: { kind: 'one', from: 'role:team-lead' },
          approvers: [
            { person: 'bob', via: ['role:team-lead'] },
            { person: 'dave', via: ['role:team-lead'] },
          ],
          excluded: [],
          timeout: 'PT4H',
          reminders: [],
          onSilence: 'deny',
        },
      ],
      signIn: 'link',
      releaseValidity: 'PT15M',
      preflight: [],
      explanation:
        'By prod, deploy_prod at low risk in production needs the approval of one person of the role team-lead: bob or dave.',
    });
  });

  it('denies what no line covers', () => {
    const route = resolveRoute(
      compiled(aPolicy([teamLead]), aDirectory(people)),
      aRequest({ riskLevel: 'critical' }),
    );
    expect(route).toMatchObject({
      rule: 'none',
      decider: 'deny',
      plan: [],
      explanation:
        'No line of the boundary matrix covers deploy_prod at critical risk in production, so it is denied.',
    });
  });

  it('calls a line without an id by its place, counted from 0', () => {
    const policy = compiled(
      aPolicy([teamLead, { action: '*', riskLevel: '*', environment: '*', decide: 'automation' }]),
      aDirectory(people),
    );
    expect(resolveRoute(policy, aRequest({ action: 'rotate_logs' }))).toMatchObject({
      rule: 'matrix[1]',
      decider: 'automation',
    });
  });

  it('prefers a line for any action where it stands before one that names the action', () => {
    const policy = compiled(
      aPolicy([
        { id: 'freeze', action: '*', riskLevel: '*', environment: 'production', decide: 'deny' },
        teamLead,
      ]),
      aDirectory(people),
    );
    expect(resolveRoute(policy, aRequest())).toMatchObject({
      rule: 'freeze',
      decider: 'deny',
      explanation: 'By freeze, deploy_prod at low risk in production is denied.',
    });
    expect(resolveRoute(policy, aRequest({ environment: 'staging' }))).toMatchObject({
      rule: 'prod',
      decider: 'people',
    });
  });

  it.each([
    ['the requester', { requester: 'bob' }, 'is the requester'],
    ['the requester, spelled otherwise', { requester: 'BOB' }, 'is the requester'],
    ['the requester under the name of an identity', { requester: 'bob@example.test' }, 'is the requester'],
    ['the owner of the credential', { owner: 'bob' }, 'owns the credential that asks'],
    ['whoever the request is made for', { onBehalfOf: ['carol', 'bob'] }, 'is who the request is made for'],
    [
      'who is two of these',
      { requester: 'bob', owner: 'bob' },
      'is the requester and owns the credential that asks',
    ],
  ])('excludes %s, and says why', (_, given, why) => {
    const route = resolveRoute(compiled(aPolicy([teamLead]), aDirectory(people)), aRequest(given));
    expect(route.plan[0]).toMatchObject({
      approvers: [{ person: 'dave' }],
      excluded: [{ person: 'bob', why }],
    });
  });

  it('excludes the inactive', () => {
    const route = resolveRoute(compiled(aPolicy([teamLead]), aDirectory(people, ['dave'])), aRequest());
    expect(route.plan[0]).toMatchObject({
      approvers: [{ person: 'bob' }],
      excluded: [{ person: 'dave', why: 'is not active' }],
    });
  });

  it('excludes each person whom an ambiguous name may mean', () => {
    const directory = {
      roles: ['team-lead'],
      groups: [],
      people: {
        sam: { active: true, roles: ['team-lead'] },
        samuel: {
          active: true,
          roles: ['team-lead'],
          identities: [{ issuer: 'https://other.test', subject: 'sam' }],
        },
      },
    };
    const route = resolveRoute(compiled(aPolicy([teamLead]), directory), aRequest({ requester: 'sam' }));
    expect(route.decider).toBe('deny');
    expect(route.plan[0]?.excluded.map(({ person }) => person)).toEqual(['sam', 'samuel']);
  });

  it('denies where nobody is left, with the reasons, and keeps the excluded in the plan', () => {
    const route = resolveRoute(
      compiled(aPolicy([teamLead]), aDirectory(people, ['dave'])),
      aRequest({ requester: 'bob' }),
    );
    expect(route).toMatchObject({
      rule: 'prod',
      decider: 'deny',
      plan: [
        {
          approvers: [],
          excluded: [
            { person: 'bob', why: 'is the requester' },
            { person: 'dave', why: 'is not active' },
          ],
        },
      ],
      explanation:
        'By prod, deploy_prod at low risk in production needs the approval of one person of the role team-lead, but nobody may give it (bob is the requester and dave is not active), so it is denied.',
    });
  });

  it('denies where nobody of a role is active, which keeps nobody from being deactivated', () => {
    const route = resolveRoute(
      compiled(aPolicy([teamLead]), aDirectory(people, ['bob', 'dave'])),
      aRequest(),
    );
    expect(route.decider).toBe('deny');
    expect(route.explanation).toContain('bob is not active and dave is not active');
  });

  it('names a few people and counts the others', () => {
    const many = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`lead-${n}`, ['team-lead']]));
    const route = resolveRoute(compiled(aPolicy([teamLead]), aDirectory(many)), aRequest());
    expect(route.explanation).toContain('lead-0, lead-1, lead-2, lead-3, lead-4 or 3 more.');
    expect(route.plan[0]?.approvers).toHaveLength(8);
  });

  it('asks a group and a person as it asks a role', () => {
    const directory = {
      roles: [],
      groups: ['dba'],
      people: { frank: { active: true, groups: ['dba'] }, grace: { active: true } },
    };
    const line = { riskLevel: '*', environment: '*' };
    const policy = compiled(
      aPolicy([
        { ...line, action: 'migrate', decide: { group: 'dba' } },
        { ...line, action: 'archive', decide: { person: 'grace' } },
      ]),
      directory,
    );
    expect(resolveRoute(policy, aRequest({ action: 'migrate' })).plan[0]?.approvers).toEqual([
      { person: 'frank', via: ['group:dba'] },
    ]);
    expect(resolveRoute(policy, aRequest({ action: 'archive' })).plan[0]?.approvers).toEqual([
      { person: 'grace', via: ['person:grace'] },
    ]);
  });

  it('takes the clock of the checkpoint that the line names', () => {
    const policy = compiled(
      aPolicy([{ ...teamLead, checkpoint: 'short' }], {
        checkpoints: {
          default: { timeout: 'PT4H', onSilence: 'deny' },
          short: { timeout: 'PT10M', onSilence: 'deny', reminders: ['PT5M'] },
        },
      }),
      aDirectory(people),
    );
    expect(resolveRoute(policy, aRequest()).plan[0]).toMatchObject({
      timeout: 'PT10M',
      reminders: ['PT5M'],
      onSilence: 'deny',
    });
  });

  it.each([
    ['low', {}, 'link'],
    ['medium', {}, 'link'],
    ['high', {}, 'signed-in'],
    ['critical', {}, 'passkey'],
    ['low', { low: 'passkey' }, 'passkey'],
    ['critical', { low: 'passkey' }, 'passkey'],
    ['critical', { critical: 'link' }, 'link'],
  ] as const)('asks at %s risk, where the policy says %j, for %s', (riskLevel, signIn, expected) => {
    const policy = compiled(aPolicy([{ ...teamLead, riskLevel: '*' }], { signIn }), aDirectory(people));
    expect(resolveRoute(policy, aRequest({ riskLevel })).signIn).toBe(expected);
  });

  it('asks for the sign-in of the effective risk, and before it for that of the line', () => {
    const risk = [{ id: 'pii', when: 'has(target.pii)', raiseTo: 'critical' }];
    const target = { pii: true };
    const line = { ...teamLead, riskLevel: '*' };
    const raised = compiled(aPolicy([line], { risk }), aDirectory(people));
    expect(resolveRoute(raised, aRequest({ target }))).toMatchObject({
      riskLevel: { claimed: 'low', effective: 'critical' },
      signIn: 'passkey',
    });
    const own = compiled(aPolicy([{ ...line, signIn: 'signed-in' }], { risk }), aDirectory(people));
    expect(resolveRoute(own, aRequest({ target })).signIn).toBe('signed-in');
    expect(resolveRoute(own, aRequest()).signIn).toBe('signed-in');
  });

  it('carries which verdicts need a reason and how long the clock stands for an answer, each step its own', () => {
    const policy = compiled(
      aPolicy([{ ...teamLead, checkpoint: 'first' }], {
        checkpoints: {
          default: { timeout: 'PT4H', onSilence: 'deny', reasonFor: ['approve', 'deny'] },
          first: {
            timeout: 'PT1H',
            onSilence: { ask: 'developer', checkpoint: 'default' },
            reasonFor: ['deny'],
            pauseForAnswer: 'P30D',
          },
        },
      }),
      aDirectory(people),
    );
    const [first, next] = resolveRoute(policy, aRequest()).plan;
    expect(first).toMatchObject({ reasonFor: ['deny'], pauseForAnswer: 'P30D' });
    expect(next).toMatchObject({ reasonFor: ['approve', 'deny'] });
    expect(next).not.toHaveProperty('pauseForAnswer');
  });

  it('shows the people who are asked what the gate will say, where a guardrail warns', () => {
    const region = {
      id: 'regions',
      kind: 'allowed',
      field: 'target.region',
      values: ['us-east'],
      reason: 'Only us-east.',
    };
    const policy = compiled(
      aPolicy([teamLead], {
        guardrails: [
          { ...region, preflight: 'warn' },
          { ...region, id: 'silent', values: ['asia-east'] },
        ],
      }),
      aDirectory(people),
    );
    const route = resolveRoute(policy, aRequest({ target: { region: 'asia-east' } }));
    expect(route).toMatchObject({
      decider: 'people',
      preflight: [{ guardrail: 'regions', verdict: 'blocked' }],
    });
  });
});
