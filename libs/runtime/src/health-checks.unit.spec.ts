import { describe, expect, it } from '@jest/globals';
import { HealthChecks } from './health-checks.js';

describe('HealthChecks', () => {
  it('is ready when every check is ok', async () => {
    const health = new HealthChecks();
    health.add('database', () => ({ ok: true, detail: 'answers' }));
    health.add('lanes', () => Promise.resolve({ ok: true, detail: 'reading' }));
    expect(await health.readiness()).toEqual({
      status: 'ready',
      checks: { database: { ok: true, detail: 'answers' }, lanes: { ok: true, detail: 'reading' } },
    });
  });

  it('is not ready when one check fails or throws, and says which', async () => {
    const health = new HealthChecks();
    health.add('lanes', () => ({ ok: true, detail: 'reading' }));
    health.add('database', () => Promise.reject(new Error('refused')));
    expect(await health.readiness()).toMatchObject({
      status: 'not ready',
      checks: { lanes: { ok: true }, database: { ok: false, detail: 'refused' } },
    });
  });

  it('refuses a second check of the same name', () => {
    const health = new HealthChecks();
    health.add('lanes', () => ({ ok: true, detail: '' }));
    expect(() => health.add('lanes', () => ({ ok: true, detail: '' }))).toThrow('already');
  });
});
