import { describe, expect, it } from '@jest/globals';
import { inboundTopicDefinition, TOPICS } from '@tollgate/contracts';
import { differencesOf, topicSettings } from './topic-settings.js';

const definitionOf = (name: string) => {
  const definition = TOPICS.find((topic) => topic.name === name);
  if (definition === undefined) throw new Error(`no topic ${name}`);
  return definition;
};

describe('the settings of a topic', () => {
  it('compact a stage topic, after seven days at the earliest, in as many lanes as told', () => {
    const { partitions, config } = topicSettings(definitionOf('request.submitted'), 24);
    expect(partitions).toBe(24);
    expect(config).toMatchObject({ 'cleanup.policy': 'compact', 'min.compaction.lag.ms': '604800000' });
  });

  it('give the policy one lane, and delete what is kept for a time', () => {
    expect(topicSettings(definitionOf('policy.published'), 24).partitions).toBe(1);
    expect(topicSettings(definitionOf('router.dead-letter'), 4).config).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '2592000000',
    });
    expect(topicSettings(inboundTopicDefinition('ci-bot'), 4).config['retention.ms']).toBe('86400000');
  });
});

describe('the differences of a topic', () => {
  const wanted = topicSettings(definitionOf('request.submitted'), 4);
  const same = { partitions: 4, config: new Map(Object.entries(wanted.config)) };

  it('are none where it agrees', () => {
    expect(differencesOf('t', wanted, same)).toEqual([]);
  });

  it('name everything that does not agree', () => {
    const other = { partitions: 6, config: new Map([...same.config, ['cleanup.policy', 'delete']]) };
    expect(differencesOf('t', wanted, other)).toEqual([
      't has 6 partitions and must have 4',
      't has cleanup.policy delete and must have compact',
    ]);
    expect(differencesOf('t', wanted, undefined)).toEqual(['t does not exist']);
  });
});
