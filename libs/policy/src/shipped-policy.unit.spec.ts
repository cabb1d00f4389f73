import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type JsonObject, type RiskLevel, RISK_LEVELS } from '@tollgate/contracts';
import { parse } from 'yaml';
import {
  compile,
  type CompiledPolicy,
  formatFault,
  judge,
  lintFiles,
  parseCases,
  parseFiles,
  policyPublishFault,
  resolveRoute,
  runPolicyCases,
} from './index.js';
import { aRequest } from './testing/a-request.js';

const fileOf = (name: string) => ({
  file: name,
  text: readFileSync(new URL(`../../../policies/${name}`, import.meta.url), 'utf8'),
});

function shipped(): CompiledPolicy {
  const parsed = parseFiles({ policy: fileOf('policy.yaml'), directory: fileOf('directory.yaml') });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return compile({ revision: 1, policy: parsed.policy, directory: parsed.directory });
}

const decides = (
  policy: CompiledPolicy,
  action: string,
  riskLevel: RiskLevel,
  environment = 'production',
): string => {
  const route = resolveRoute(policy, aRequest({ action, riskLevel, environment }));
  return route.decider === 'people'
    ? (route.plan[0]?.approvers ?? []).map(({ person }) => person).join(' ')
    : route.decider;
};

describe('the shipped policy', () => {
  it.each([
    ['deploy_ci', ['automation', 'automation', 'bob dave', 'deny']],
    ['deploy_prod', ['bob dave', 'carol', 'erin', 'deny']],
    ['delete_resource', ['bob dave', 'carol', 'deny', 'deny']],
    ['delete_prod_database', ['deny', 'deny', 'deny', 'deny']],
    ['make_coffee', ['deny', 'deny', 'deny', 'deny']],
  ])('%s at low, medium, high and critical risk', (action, expected) => {
    const policy = shipped();
    expect(RISK_LEVELS.map((risk) => decides(policy, action, risk))).toEqual(expected);
  });

  it('waits five seconds in a drill and four hours elsewhere', () => {
    const policy = shipped();
    expect(resolveRoute(policy, aRequest({ environment: 'drill' })).plan[0]).toMatchObject({
      timeout: 'PT5S',
      onSilence: 'deny',
    });
    expect(resolveRoute(policy, aRequest()).plan[0]?.timeout).toBe('PT4H');
  });

  it('asks about a forbidden region, shows the warning, and blocks it at the gate', () => {
    const policy = shipped();
    const request = aRequest({ target: { region: 'asia-east' } });
    const route = resolveRoute(policy, request);
    expect(route).toMatchObject({
      decider: 'people',
      preflight: [{ guardrail: 'allowed-regions', verdict: 'blocked' }],
    });
    const decision = {
      outcome: 'approved' as const,
      decidedBy: 'people' as const,
      step: 0,
      openedAt: '2026-11-01T10:00:00.000Z',
      votes: [],
      overrides: [],
      decidedAt: '2026-11-01T10:00:00.000Z',
      explanation: '',
      policyRevision: 1,
    };
    expect(judge(policy, { request, route, decision }, Date.parse(decision.decidedAt)).outcome).toBe(
      'blocked',
    );
  });

  it('does what its cases say', () => {
    const parsed = parseCases(fileOf('cases.yaml').text, 'cases.yaml');
    if (!parsed.ok) throw new Error(parsed.faults.map(formatFault).join('\n'));
    expect(parsed.cases.length).toBeGreaterThan(10);
    expect(runPolicyCases(shipped(), parsed.cases).filter(({ ok }) => !ok)).toEqual([]);
  });

  it('can be changed by approval, and lint finds no errors', () => {
    expect(policyPublishFault(shipped())).toBeUndefined();
    const findings = lintFiles({ policy: fileOf('policy.yaml'), directory: fileOf('directory.yaml') });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('has a contact for each person, at a domain that is nobody else’s', () => {
    const { contacts } = parse(fileOf('contacts.yaml').text) as {
      contacts: Record<string, { email: string; zone: string }>;
    };
    const { people } = parse(fileOf('directory.yaml').text) as { people: JsonObject };
    expect(Object.keys(contacts)).toEqual(Object.keys(people));
    for (const { email, zone } of Object.values(contacts)) {
      expect(email).toMatch(/^[a-z]+@example\.test$/);
      expect(Intl.supportedValuesOf('timeZone')).toContain(zone);
    }
  });
});
