import { describe, expect, it } from '@jest/globals';
import { type BreakGlass, type DecisionMade, type Route } from '@tollgate/contracts';
import { compile, resolveRoute } from '@tollgate/policy';
import { aDecidedEvent, type DecidedGiven } from '../testing/a-decided-event.js';
import { A_DIRECTORY, A_POLICY } from '../testing/a-policy.js';
import { distrustRoute } from './distrust-route.js';

const compiled = compile({ revision: 1, policy: A_POLICY, directory: A_DIRECTORY });
const distrusted = (given: DecidedGiven = {}) => distrustRoute(aDecidedEvent('one', given).data, compiled);

const [asked] = aDecidedEvent('one').data.route.plan;
if (asked === undefined) throw new Error('the plan has a step');

describe('distrustRoute', () => {
  it('trusts what the router makes of the request, as it comes from the topic', () => {
    const { data } = aDecidedEvent('one');
    const route: Route = JSON.parse(JSON.stringify(resolveRoute(compiled, data.request)));
    expect(distrustRoute({ ...data, route }, compiled)).toBeUndefined();
    expect(distrusted()).toBeUndefined();
  });

  it('trusts it whatever the order of its fields, its words and what was shown', () => {
    const { data } = aDecidedEvent('one');
    const route = Object.fromEntries(Object.entries(data.route).toReversed()) as unknown as Route;
    const reordered: DecisionMade = {
      ...data,
      route: { ...route, explanation: 'Otherwise.', preflight: [{ guardrail: 'x', verdict: 'blocked' }] },
    };
    expect(distrustRoute(reordered, compiled)).toBeUndefined();
  });

  it.each<[string, Partial<Route>, string]>([
    ['another line', { rule: 'lenient' }, 'rule'],
    ['a decider who is milder', { decider: 'automation', plan: [] }, 'decider, plan'],
    ['a risk that was lowered', { riskLevel: { claimed: 'high', effective: 'low' } }, 'riskLevel'],
    [
      'somebody more who may vote',
      { plan: [{ ...asked, approvers: [...asked.approvers, { person: 'eve', via: ['role:team-lead'] }] }] },
      'plan',
    ],
    ['a quorum that is easier', { plan: [{ ...asked, quorum: { kind: 'any', of: [] } }] }, 'plan'],
    ['a silence that approves', { plan: [{ ...asked, onSilence: 'approve' }] }, 'plan'],
    ['a step more', { plan: [asked, asked] }, 'plan'],
    ['a surer sign-in than asked for', { signIn: 'passkey' }, 'signIn'],
    ['a release that is good for longer', { releaseValidity: 'PT24H' }, 'releaseValidity'],
    ['a field that nobody resolves', { executor: 'mallory' }, 'executor'],
  ])('does not trust a route with %s', (_, route, names) => {
    expect(distrusted({ route })).toEqual({
      why: 'route',
      detail: `the route is not what revision 1 makes of the request (${names})`,
    });
  });

  it('goes by the request: who asks is excluded, whatever the plan says', () => {
    expect(distrusted({ request: { owner: 'bob' } })?.detail).toContain('(decider, plan)');
  });
});

describe('distrustRoute of broken glass', () => {
  const review = { decide: { person: 'carol' }, checkpoint: 'default' };
  const withGlass = compile({
    revision: 1,
    policy: {
      ...A_POLICY,
      breakGlass: [
        {
          id: 'outage',
          who: { person: 'alice' },
          action: 'deploy_prod',
          riskLevel: 'low',
          environment: 'production',
          signIn: 'passkey',
          review,
        },
      ],
    },
    directory: {
      ...A_DIRECTORY,
      people: {
        alice: { active: true },
        bob: { active: true, roles: ['team-lead'] },
        carol: { active: true },
        dave: { active: true },
      },
    },
  });
  const broken = { decider: 'break-glass', breakGlass: 'outage' } as const;
  const glass = (given: Partial<BreakGlass> = {}): DecidedGiven => ({
    request: {
      owner: 'dave',
      breakGlass: { person: 'alice', justification: 'an outage', authentication: 'passkey', ...given },
    },
    route: broken,
  });
  const detail = (given: DecidedGiven) => distrustRoute(aDecidedEvent('one', given).data, withGlass)?.detail;

  it('trusts it where the person may, as known as it takes', () => {
    expect(detail(glass())).toBeUndefined();
  });

  it.each<[string, DecidedGiven]>([
    ['by somebody who may not', glass({ person: 'dave' })],
    ['by somebody whom nobody knows', glass({ person: 'mallory' })],
    ['by somebody who is not known surely enough', glass({ authentication: 'signed-in' })],
    ['by somebody who says not why', glass({ justification: ' ' })],
    ['that nobody asked for', { request: { owner: 'dave' }, route: broken }],
  ])('does not trust it %s', (_, given) => {
    expect(detail(given)).toContain('(decider, breakGlass)');
  });

  it('does not trust another rule than lets the person, nor people where the glass is broken', () => {
    expect(detail({ ...glass(), route: { ...broken, breakGlass: 'other' } })).toContain('(breakGlass)');
    expect(detail({ ...glass(), route: { decider: 'people' } })).toContain('(decider, breakGlass)');
  });
});
