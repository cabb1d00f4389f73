import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateLimit } from './rate-limit.js';

const SECOND = 1000;

function limitOf(perMinute: number, maxKeys = 100) {
  const clock = { now: 5_000 };
  return { clock, limit: new RateLimit({ perMinute, maxKeys, now: () => clock.now }) };
}

describe('given a limit of 60 per minute', () => {
  it('when 60 come at once, then they pass, and the next one is told to wait a second', () => {
    const { clock, limit } = limitOf(60);
    for (let call = 0; call < 60; call += 1) expect(limit.take('erin')).toBe(0);
    expect(limit.take('erin')).toBe(1);
    clock.now += SECOND;
    expect(limit.take('erin')).toBe(0);
    expect(limit.take('erin')).toBe(1);
  });

  it('when one key has used it up, then another has not', () => {
    const { limit } = limitOf(1);
    expect(limit.take('erin')).toBe(0);
    expect(limit.take('erin')).toBe(60);
    expect(limit.take('bob')).toBe(0);
  });

  it('when refused calls go on, then the wait does not grow', () => {
    const { clock, limit } = limitOf(60);
    for (let call = 0; call < 500; call += 1) limit.take('erin');
    clock.now += SECOND;
    expect(limit.take('erin')).toBe(0);
  });
});

describe('given any limit', () => {
  it('never lets more through than the limit allows, and whoever waits as told gets through', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.array(fc.nat(3 * SECOND), { maxLength: 300 }),
        (perMinute, waits) => {
          const { clock, limit } = limitOf(perMinute);
          let passed = 0;
          for (const wait of waits) {
            clock.now += wait;
            const again = limit.take('erin');
            if (again === 0) passed += 1;
            else {
              clock.now += again * SECOND;
              expect(limit.take('erin')).toBe(0);
              passed += 1;
            }
          }
          expect(passed).toBeLessThanOrEqual(perMinute + ((clock.now - 5_000) * perMinute) / 60_000 + 1e-6);
        },
      ),
    );
  });

  it('remembers no more keys than it may', () => {
    const { limit } = limitOf(1, 10);
    for (let key = 0; key < 1000; key += 1) limit.take(`10.0.0.${key}`);
    expect(limit.size).toBe(10);
    expect(limit.take('10.0.0.999')).toBe(60);
  });

  it('is off at 0', () => {
    const { limit } = limitOf(0);
    for (let call = 0; call < 1000; call += 1) expect(limit.take('erin')).toBe(0);
    expect(limit.size).toBe(0);
  });
});
