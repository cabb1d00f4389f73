import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ApprovalFeed, type ApprovalNews } from './approval-feed.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const news = (
  persons: string[],
  requestId: string,
  made: string[] = [],
  event: ApprovalNews['event'] = 'opened',
): ApprovalNews => ({
  event,
  persons,
  document: () => {
    made.push(requestId);
    return { requestId };
  },
});

describe('ApprovalFeed', () => {
  it('writes once to each reader, what concerns their person', () => {
    const feed = new ApprovalFeed();
    const heard: [string, string[]][] = [];
    const listen = (person: string) =>
      feed.subscribe(person, (text) => heard.push([person, text.match(/"r\d"/g) ?? []]));
    listen('erin');
    listen('erin');
    listen('bob');
    feed.publish([news(['erin'], 'r1'), news(['bob', 'erin'], 'r2'), news(['carol'], 'r3')]);
    expect(heard).toEqual([
      ['erin', ['"r1"', '"r2"']],
      ['erin', ['"r1"', '"r2"']],
      ['bob', ['"r2"']],
    ]);
  });

  it('makes a document only where somebody listens, and once', () => {
    const feed = new ApprovalFeed();
    const made: string[] = [];
    feed.publish([news(['erin'], 'r1', made)]);
    const end = feed.subscribe('erin', () => undefined);
    feed.subscribe('bob', () => undefined);
    feed.publish([news(['erin', 'bob'], 'r2', made), news(['carol'], 'r3', made)]);
    end();
    feed.publish([news(['erin'], 'r4', made)]);
    expect(made).toEqual(['r2']);
  });

  it('lets what closed wait for what opens, in order, but not for long', () => {
    const feed = new ApprovalFeed();
    const heard: string[][] = [];
    feed.subscribe('erin', (text) =>
      heard.push([...text.matchAll(/event: (\w+)/g)].map((match) => match[1] ?? '')),
    );
    feed.publish([news(['erin'], 'r1', [], 'closed')]);
    expect(heard).toEqual([]);
    feed.publish([news(['erin'], 'r2')]);
    expect(heard).toEqual([['closed', 'opened']]);
    feed.publish([news(['erin'], 'r2', [], 'closed')]);
    jest.advanceTimersByTime(1_000);
    expect(heard).toEqual([['closed', 'opened'], ['closed']]);
  });

  it('keeps nothing for somebody who is gone', () => {
    const feed = new ApprovalFeed();
    const heard: string[] = [];
    const end = feed.subscribe('erin', () => undefined);
    feed.publish([news(['erin'], 'r1', [], 'closed')]);
    end();
    feed.subscribe('erin', (text) => heard.push(text));
    jest.advanceTimersByTime(1_000);
    expect(heard).toEqual([]);
  });

  it('numbers events upwards', () => {
    const feed = new ApprovalFeed();
    const ids: number[] = [];
    feed.subscribe('erin', (text) =>
      ids.push(...[...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]))),
    );
    for (let round = 0; round < 3; round += 1) feed.publish([news(['erin'], 'r1'), news(['erin'], 'r2')]);
    expect(ids).toHaveLength(6);
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
    expect(ids.every(Number.isSafeInteger)).toBe(true);
  });
});
