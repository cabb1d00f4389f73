import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exampleBody, exampleRequest, exampleRoute } from '../testing/example.js';
import { arrivalOf, firstArrivals, sameJson } from './arrival.js';

const at = '2026-11-22T18:00:00.000Z';
const arrival = (id: string, explanation: string) =>
  arrivalOf<'route.resolved'>(exampleRequest(exampleBody(), id), at, {
    route: exampleRoute({ explanation }),
  });

describe('several arrivals for one request', () => {
  it('are ruled by the first; identical ones are no news, different ones are named', () => {
    const entries = fc.array(fc.tuple(fc.constantFrom('c', 'a', 'b'), fc.constantFrom('x', 'y')));
    fc.assert(
      fc.property(entries, (given) => {
        const { firsts, diverged } = firstArrivals(given.map(([id, text]) => arrival(id, text)));
        const ids = firsts.map(({ request }) => request.id);
        expect(ids).toEqual([...new Set(given.map(([id]) => id))].toSorted());
        for (const { request, data } of firsts) {
          expect(data.route.explanation).toBe(given.find(([id]) => id === request.id)?.[1]);
        }
        const first = new Map(firsts.map(({ request, data }) => [request.id, data.route.explanation]));
        expect(diverged).toHaveLength(given.filter(([id, text]) => first.get(id) !== text).length);
      }),
    );
  });

  it('are the same in any order of members', () => {
    expect(sameJson({ a: 1, b: { c: [1], d: 2 } }, { b: { d: 2, c: [1] }, a: 1 })).toBe(true);
    expect(sameJson({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  });
});
