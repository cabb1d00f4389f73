import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';

jest.setTimeout(60_000);

describe('the ruling policy', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let key: string;

  beforeAll(async () => {
    system = await TestSystem.create('explain');
    intake = await system.start();
    key = await system.producer(intake, 'ci-bot', 'alice');
  }, 60_000);
  afterAll(() => system.destroy());

  it('can be asked what it would make of a request, without asking anybody', async () => {
    const before = await system.query('SELECT count(*) FROM request');
    const answer = await intake.call('/v1/policy/explain', {
      key,
      body: { action: 'deploy_prod', environment: 'production', riskLevel: 'high' },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        line: 'deploy-prod-high',
        risk: { claimed: 'high', effective: 'high' },
        route: { decider: 'people', plan: [{ approvers: [{ person: 'erin' }] }] },
        breakGlass: [{ rule: 'production-outage', people: ['alice', 'bob', 'dave'], signIn: 'passkey' }],
        guardrails: expect.arrayContaining([expect.objectContaining({ rule: 'blocked-actions' })]),
      },
    });
    const other = await intake.call('/v1/policy/explain', {
      key: OPERATOR_KEY,
      body: {
        action: 'deploy_prod',
        environment: 'x',
        riskLevel: 'low',
        requester: 'bob',
        onBehalfOf: ['dave'],
      },
    });
    expect(JSON.stringify(other.body)).toMatch(/bob.*dave|dave.*bob/);
    expect(await intake.call('/v1/policy/explain', { key, body: { action: 1 } })).toMatchObject({
      status: 422,
    });
    expect(await intake.call('/v1/policy/explain', { body: {} })).toMatchObject({ status: 401 });
    expect(await system.query('SELECT count(*) FROM request')).toEqual(before);
  });
});
