import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { declarationFaults, LONGEST_ABSENCE_MS } from './declaration-faults.js';
import { type Delegation, isInForce } from './delegation.js';

const NOW = Date.parse('2026-11-01T10:00:00.000Z');
const DAY_MS = 24 * 60 * 60 * 1000;
const day = (number: number): string => new Date(NOW + number * DAY_MS).toISOString();
const PEOPLE = ['ann', 'ben', 'cat', 'dan', 'eve'];
const REQUESTS = ['request-1', 'request-2'];

const absence = (from: string, to: string, begin = 0, end = begin + 1): Delegation => ({
  from,
  to,
  startsAt: day(begin),
  endsAt: day(end),
  declaredBy: from,
  declaredAs: 'person',
});
const forRequest = (from: string, to: string, requestId: string, begin = 0): Delegation => ({
  from,
  to,
  startsAt: day(begin),
  requestId,
  declaredBy: 'operator',
  declaredAs: 'operator',
});
const faults = (wanted: Delegation, existing: Delegation[] = [], active = PEOPLE) =>
  declarationFaults(wanted, { now: NOW, isActive: (person) => active.includes(person), existing });

const anyDelegation: fc.Arbitrary<Delegation> = fc
  .record({
    from: fc.constantFrom(...PEOPLE),
    to: fc.constantFrom(...PEOPLE),
    begin: fc.nat({ max: 8 }),
    length: fc.integer({ min: 1, max: 6 }),
    requestId: fc.option(fc.constantFrom(...REQUESTS), { nil: undefined }),
  })
  .map(({ from, to, begin, length, requestId }) =>
    requestId === undefined
      ? absence(from, to, begin, begin + length)
      : forRequest(from, to, requestId, begin),
  );

/** Whether, at an instant and on a request, somebody comes back to where they began. */
function hasCircle(delegations: readonly Delegation[], at: number, requestId: string | undefined): boolean {
  const holding = delegations.filter(
    (each) => isInForce(each, at) && (each.requestId === undefined || each.requestId === requestId),
  );
  const reaches = (from: string, goal: string, steps: number): boolean =>
    steps > 0 &&
    holding.some((each) => each.from === from && (each.to === goal || reaches(each.to, goal, steps - 1)));
  return PEOPLE.some((person) => reaches(person, person, PEOPLE.length));
}

describe('declaring delegations', () => {
  it('never makes a circle, at no instant and on no request, whatever is declared in whatever order', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.array(anyDelegation, { maxLength: 12 }), (wanted) => {
        const declared: Delegation[] = [];
        for (const each of wanted) {
          if (faults(each, declared).length === 0) declared.push(each);
          else refused += 1;
        }
        for (let half = 0; half < 32; half += 1)
          for (const requestId of [undefined, ...REQUESTS])
            expect(hasCircle(declared, NOW + (half * DAY_MS) / 2, requestId)).toBe(false);
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it('lets nobody have two delegates for the same', () => {
    fc.assert(
      fc.property(fc.array(anyDelegation, { maxLength: 12 }), (wanted) => {
        const declared: Delegation[] = [];
        for (const each of wanted) if (faults(each, declared).length === 0) declared.push(each);
        for (let half = 0; half < 32; half += 1) {
          const holding = declared.filter((each) => isInForce(each, NOW + (half * DAY_MS) / 2));
          const scopes = holding.map(({ from, requestId }) => `${from} ${requestId}`);
          expect(new Set(scopes).size).toBe(scopes.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses no circle that is none', () => {
    const others = [absence('ben', 'ann', 5, 6), forRequest('ben', 'ann', 'request-1', 20)];
    expect(faults(absence('ann', 'ben', 1, 3), others)).toEqual([]);
    expect(faults(forRequest('ann', 'ben', 'request-2'), [forRequest('ben', 'ann', 'request-1')])).toEqual(
      [],
    );
  });

  it.each<[string, Delegation, Delegation[], { pointer: string; detail: RegExp }]>([
    ['to oneself', absence('ann', 'ann'), [], { pointer: '/to', detail: /nobody stands for themselves/ }],
    ['to a stranger', absence('ann', 'zoe'), [], { pointer: '/to', detail: /no active person/ }],
    ['of a stranger', absence('zoe', 'ann'), [], { pointer: '/from', detail: /no active person/ }],
    [
      'that ends before it begins',
      absence('ann', 'ben', 2, 1),
      [],
      { pointer: '/endsAt', detail: /after the start/ },
    ],
    ['that has passed', absence('ann', 'ben', -3, -1), [], { pointer: '/endsAt', detail: /passed/ }],
    [
      'that never ends',
      { ...absence('ann', 'ben'), endsAt: new Date(NOW + LONGEST_ABSENCE_MS + 1).toISOString() },
      [],
      { pointer: '/endsAt', detail: /more than a year/ },
    ],
    [
      'that begins too late',
      absence('ann', 'ben', 400),
      [],
      { pointer: '/startsAt', detail: /more than a year/ },
    ],
    [
      'beside another',
      absence('ann', 'ben', 0, 5),
      [absence('ann', 'cat', 4, 6)],
      { pointer: '/startsAt', detail: /overlaps .* to cat .* revoke that first/ },
    ],
    [
      'for a request that is given away already',
      forRequest('ann', 'ben', 'request-1'),
      [forRequest('ann', 'cat', 'request-1')],
      { pointer: '/requestId', detail: /cat stands for ann/ },
    ],
    [
      'back to who is stood for',
      absence('ben', 'ann', 0, 5),
      [absence('ann', 'ben', 4, 6)],
      { pointer: '/to', detail: /circle: ben → ann → ben/ },
    ],
    [
      'around through a request',
      forRequest('cat', 'ann', 'request-1'),
      [absence('ann', 'ben', 3, 6), absence('ben', 'cat', 5, 9)],
      { pointer: '/to', detail: /circle: cat → ann → ben → cat/ },
    ],
  ])('refuses one %s', (_, wanted, existing, { pointer, detail }) => {
    expect(faults(wanted, existing)).toEqual([{ pointer, detail: expect.stringMatching(detail) }]);
  });

  it('wants an end where it is for no request', () => {
    const { endsAt: _endsAt, ...endless } = absence('ann', 'ben');
    expect(faults(endless)).toEqual([{ pointer: '/endsAt', detail: expect.stringMatching(/missing/) }]);
    expect(faults(forRequest('ann', 'ben', 'request-1'))).toEqual([]);
  });
});
