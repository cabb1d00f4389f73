import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shareLanes } from './lane-assigner.js';

describe('the shares of lanes', () => {
  const topics = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 30 }));
  const members = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 });

  it('give every lane of every topic to exactly one member, and the same lane of all topics to the same', () => {
    fc.assert(
      fc.property(members, topics, (names, lanesByTopic) => {
        const lanesOf = new Map(Object.entries(lanesByTopic));
        const shares = shareLanes(names, lanesOf);
        expect([...shares.keys()].toSorted()).toEqual(names.toSorted());
        for (const [topic, lanes] of lanesOf) {
          const given = [...shares.values()].flatMap((share) => share[topic] ?? []);
          expect(given.toSorted((one, other) => one - other)).toEqual(
            Array.from({ length: lanes }, (_, lane) => lane),
          );
        }
        const holders = new Map<number, string>();
        for (const [member, share] of shares) {
          for (const lane of Object.values(share).flat()) {
            expect(holders.get(lane) ?? member).toBe(member);
            holders.set(lane, member);
          }
        }
      }),
    );
  });
});
