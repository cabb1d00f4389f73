import { describe, expect, it } from '@jest/globals';
import { Problem } from '@tollgate/runtime';
import { eventQuery } from './event-query.js';

function refusal(parameters: unknown): Record<string, unknown> {
  try {
    eventQuery(parameters);
  } catch (error) {
    if (error instanceof Problem) return error.toDocument();
    throw error;
  }
  throw new Error('the parameters were taken');
}

describe('eventQuery', () => {
  it('asks for the first fifty records when nothing is said', () => {
    expect(eventQuery({})).toMatchObject({ limit: 50, cursor: undefined });
  });

  it('reads every parameter', () => {
    const { filter, limit, cursor } = eventQuery({
      requestId: '018F6B1E-7A4C-7CC0-8000-000000000042',
      topic: 'decision.made',
      person: 'erin',
      action: 'deploy_prod',
      environment: 'production',
      riskLevel: 'high',
      outcome: 'approved',
      from: '2026-11-01',
      to: '2026-11-02T12:00:00+02:00',
      cursor: 'abc',
      limit: '200',
    });
    expect(filter).toEqual({
      requestId: '018f6b1e-7a4c-7cc0-8000-000000000042',
      topic: 'decision.made',
      person: 'erin',
      action: 'deploy_prod',
      environment: 'production',
      riskLevel: 'high',
      outcome: 'approved',
      from: new Date('2026-11-01T00:00:00Z'),
      to: new Date('2026-11-02T10:00:00Z'),
    });
    expect([limit, cursor]).toEqual([200, 'abc']);
  });

  it('is the same question in whatever order the parameters stand', () => {
    const one = eventQuery({ action: 'deploy_prod', person: 'erin', limit: '7' });
    const other = eventQuery({ limit: '9', person: 'erin', action: 'deploy_prod' });
    expect(one.question).toBe(other.question);
    expect(eventQuery({ action: 'deploy_prod' }).question).not.toBe(one.question);
  });

  it.each([
    ['requestId', '42'],
    ['topic', 'decision made'],
    ['person', "erin'; DROP TABLE record"],
    ['action', ''],
    ['environment', 'production\u0000'],
    ['riskLevel', 'grave'],
    ['outcome', 'Approved!'],
    ['from', 'yesterday'],
    ['from', '2026-02-30'],
    ['from', '2026-11-01T08:30:00'],
    ['to', '2026-13-01'],
    ['cursor', 'x'.repeat(201)],
    ['limit', '0'],
    ['limit', '201'],
    ['limit', '1e2'],
    ['limit', '-5'],
    ['limit', ['5', '6']],
    ['colour', 'blue'],
  ])('refuses %s=%s, and names it', (name, value) => {
    const document = refusal({ [name]: value });
    expect(document).toMatchObject({ status: 400, type: 'https://tollgate.dev/problems/invalid-parameter' });
    const faults = document['errors'] as { pointer: string }[];
    expect(faults.map(({ pointer }) => pointer)).toContain(`/${name}`);
    expect(document['detail']).toContain(name);
    if (typeof value === 'string' && value.length > 3) expect(JSON.stringify(document)).not.toContain(value);
  });

  it('refuses a period that is none', () => {
    expect(refusal({ from: '2026-11-02', to: '2026-11-02' })).toMatchObject({
      detail: 'to must be later than from',
    });
  });

  it('names every fault at once', () => {
    const faults = refusal({ limit: 'many', riskLevel: 'grave' })['errors'] as { pointer: string }[];
    expect(new Set(faults.map(({ pointer }) => pointer))).toEqual(new Set(['/limit', '/riskLevel']));
  });
});
