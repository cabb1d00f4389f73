import { describe, expect, it } from '@jest/globals';
import { ApprovalFeed, type ApprovalNews } from './approval-feed.js';

const news = (persons: string[], requestId: string, made: string[] = []): ApprovalNews => ({
  event: 'opened',
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
