import { describe, expect, it } from '@jest/globals';
import { isMissingIn } from './is-missing-in.js';

describe('what an answer of the broker does not name', () => {
  const connection = { brokers: [], clientId: 'test', topicPrefix: 'p.' };
  const sent = (topic: string, partition?: number) => ({ topic, message: { partition } });
  const answer = [
    { topicName: 'p.a', partition: 0, errorCode: 0 },
    { topicName: 'p.a', partition: 1, errorCode: 6 },
    { topicName: 'p.b', partition: 2, errorCode: 0 },
  ];

  it('goes again: another partition, one with an error, another topic, none at all', () => {
    const isMissing = isMissingIn(connection, answer);
    expect(isMissing(sent('a', 0))).toBe(false);
    expect(isMissing(sent('b', 2))).toBe(false);
    expect(isMissing(sent('a', 1))).toBe(true);
    expect(isMissing(sent('a', 2))).toBe(true);
    expect(isMissing(sent('b', 0))).toBe(true);
    expect(isMissing(sent('c', 0))).toBe(true);
    expect(isMissing(sent('a'))).toBe(true);
    expect(isMissingIn(connection, [])(sent('a', 0))).toBe(true);
  });
});
