import { describe, expect, it } from '@jest/globals';
import { definitionOf, explainGap } from './explain-gap.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22);
const explained = (topic: string, previousTime: number | undefined): string =>
  explainGap(definitionOf(topic), previousTime, NOW).explanation;

describe('explainGap', () => {
  it.each([
    ['decision.made', NOW - 8 * DAY, 'compacted'],
    ['decision.made', NOW - 6 * DAY, 'unexplained'],
    ['decision.made', undefined, 'compacted'],
    ['router.dead-letter', NOW - 31 * DAY, 'expired by retention'],
    ['router.dead-letter', NOW - 29 * DAY, 'unexplained'],
    ['request.inbound.ci-bot', NOW - 1.1 * DAY, 'expired by retention'],
    ['request.inbound.ci-bot', NOW - 0.9 * DAY, 'unexplained'],
    ['request.inbound.ci-bot', undefined, 'expired by retention'],
    ['weather.observed', NOW - 400 * DAY, 'unexplained'],
    ['weather.observed', undefined, 'unexplained'],
  ])('%s after a record of %s: %s', (topic, previousTime, explanation) => {
    expect(explained(topic, previousTime)).toBe(explanation);
  });

  it('says what it rests on', () => {
    expect(explainGap(definitionOf('decision.made'), NOW - 10 * DAY, NOW).detail).toBe(
      'the topic gives records up after 7 days; these may be as old as 10 days',
    );
  });
});
