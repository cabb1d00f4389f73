import { describe, expect, it } from '@jest/globals';
import { INBOUND_TOPICS, TOPICS } from '@tollgate/contracts';
import { HandlerTable, matches } from './lane-handler.js';

const nothing = async (): Promise<void> => undefined;

describe('the handlers of a service', () => {
  it('have one for a topic: the exact name before a pattern, the longer pattern before the shorter', () => {
    const table = new HandlerTable();
    table.add('*', nothing, { raw: true });
    table.add(INBOUND_TOPICS, nothing, { raw: true });
    table.add('request.submitted', nothing, {});
    expect(table.of('request.submitted')?.pattern).toBe('request.submitted');
    expect(table.of('request.inbound.ci-bot')?.pattern).toBe(INBOUND_TOPICS);
    expect(table.of('audit.dead-letter')?.pattern).toBe('*');
    expect(table.of('__consumer_offsets')).toBeUndefined();
  });

  it('refuse a second one of the same topic', () => {
    const table = new HandlerTable();
    table.add('request.submitted', nothing, {});
    expect(() => table.add('request.submitted', nothing, { batch: true })).toThrow(
      'two handlers of request.submitted',
    );
  });

  it('refuse one that asks for events where a topic has none', () => {
    expect(() => new HandlerTable().add('router.dead-letter', nothing, {})).toThrow('raw: true');
    expect(() => new HandlerTable().add('*', nothing, { batch: true })).toThrow('raw: true');
  });

  it('read an exact topic also while it is not there, and of the others what is there', () => {
    const table = new HandlerTable();
    table.add('request.submitted', nothing, {});
    table.add(INBOUND_TOPICS, nothing, { raw: true });
    expect(table.topicsAmong([])).toEqual(['request.submitted']);
    expect(table.topicsAmong(['request.inbound.b', 'request.inbound.a', 'vote.cast'])).toEqual([
      'request.inbound.a',
      'request.inbound.b',
      'request.submitted',
    ]);
  });
});

describe('the pattern *', () => {
  it('is every topic of the system and nothing else', () => {
    for (const { name } of TOPICS) expect(matches('*', name)).toBe(true);
    expect(matches('*', 'request.inbound.ci-bot')).toBe(true);
    for (const foreign of ['__consumer_offsets', 'orders', 'router.dead-letter.old'])
      expect(matches('*', foreign)).toBe(false);
  });
});
