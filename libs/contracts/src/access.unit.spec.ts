import { describe, expect, it } from '@jest/globals';
import {
  KAFKA_ADMIN,
  KAFKA_USERS,
  type KafkaUserName,
  kafkaUserOfProducer,
  type Right,
  rightsOf,
  rightsOfProducer,
} from './access.js';
import { SERVICES } from './services.js';
import { inboundTopic, STAGE_TOPICS, TOPICS } from './topics.js';

const names = (rights: readonly Right[], operation: Right['operations'][number], resource = 'topic') =>
  rights
    .filter((right) => right.resource === resource && right.operations.includes(operation))
    .map(({ name }) => name);
const writers = (topic: string) =>
  KAFKA_USERS.filter((user) => names(rightsOf(user), 'write').includes(topic));

describe('rights at the broker', () => {
  it.each(TOPICS.map(({ name, writer }) => [name, writer]))('let one write %s: %s', (topic, writer) => {
    expect(writers(topic)).toEqual([writer]);
  });

  it('are of exactly one name wherever something is written', () => {
    for (const user of KAFKA_USERS)
      for (const { match, operations } of rightsOf(user))
        if (operations.includes('write')) expect(match).toBe('exact');
  });

  it('let audit read everything, and write its dead letters alone', () => {
    expect(names(rightsOf('audit'), 'read')).toEqual([...TOPICS.map(({ name }) => name), 'request.inbound.']);
    expect(names(rightsOf('audit'), 'write')).toEqual(['audit.dead-letter']);
  });

  it('let nobody read a stage but its writer, who goes on with it, who shows it, and the ledger', () => {
    const readers = STAGE_TOPICS.map((topic) => [
      topic,
      KAFKA_USERS.filter((user) => names(rightsOf(user), 'read').includes(topic)),
    ]);
    expect(readers).toEqual([
      ['request.submitted', ['intake', 'router', 'audit']],
      ['route.resolved', ['intake', 'router', 'notifier', 'audit']],
      ['decision.made', ['notifier', 'guardrail', 'audit']],
      ['guardrail.evaluated', ['intake', 'guardrail', 'audit']],
      ['action.released', ['intake', 'audit']],
    ]);
  });

  it('let intake alone make topics, and those of producers only', () => {
    const makers = KAFKA_USERS.map((user): [KafkaUserName, string[]] => [
      user,
      names(rightsOf(user), 'create'),
    ]);
    expect(makers.filter(([, made]) => made.length > 0)).toEqual([['intake', ['request.inbound.']]]);
  });

  it('let a service join its own group only, and operators none', () => {
    for (const user of SERVICES)
      expect(names(rightsOf(user), 'read', 'group').toSorted()).toEqual([user, `${user}.tail.`]);
    expect(names(rightsOf('operators'), 'read', 'group')).toEqual(['operators.tail.']);
    expect(names(rightsOf('operators'), 'write')).toEqual(SERVICES.map((service) => `${service}.retry`));
  });

  it('let a producer write to its own inbound topic, and nothing else', () => {
    expect(rightsOfProducer('ci-bot')).toEqual([
      { resource: 'topic', name: inboundTopic('ci-bot'), match: 'exact', operations: ['write'] },
    ]);
  });

  it('make no producer anybody else by its name', () => {
    for (const name of [...KAFKA_USERS, KAFKA_ADMIN, 'broker'])
      expect([...KAFKA_USERS, KAFKA_ADMIN, 'broker']).not.toContain(kafkaUserOfProducer(name));
  });
});
