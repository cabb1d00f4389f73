import { describe, expect, it } from '@jest/globals';
import { type DeadLetter } from '@tollgate/messaging';
import { ASKED } from '../testing/status-documents.js';
import { failedChecks } from './examine-service.js';
import { away, exitCodeOfFindings, ill, well } from './finding.js';
import { judgeDeadLetters, judgeStalled } from './judge-dead-letters.js';
import { judgeLag } from './judge-lag.js';
import { judgeReviews, judgeWebhooks } from './judge-neglected.js';

const letter = (number: number, state: DeadLetter['state']): DeadLetter => ({
  service: 'router',
  place: `request.submitted-0-${number}`,
  reason: 'the value is not JSON',
  failedAt: '2026-11-22T14:00:00.000Z',
  state,
  origin: {
    topic: 'request.submitted',
    partition: 0,
    offset: BigInt(number),
    key: null,
    value: null,
    headers: {},
    time: 0,
  },
});

describe('the doctor', () => {
  it.each([
    [[well('a', '')], 0],
    [[well('a', ''), ill('b', '')], 1],
    [[ill('b', ''), away('c', '')], 69],
    [[], 0],
  ])('%# ends with the worst finding', (findings, code) => {
    expect(exitCodeOfFindings(findings)).toBe(code);
  });

  it('names open dead letters, and not those handed back', () => {
    expect(judgeDeadLetters([letter(1, 'retried')])).toMatchObject({ state: 'well' });
    expect(judgeDeadLetters([letter(1, 'open'), letter(2, 'retried')])).toMatchObject({
      state: 'ill',
      lines: ['router/request.submitted-0-1: the value is not JSON'],
    });
  });

  it('shortens a long list and says so', () => {
    const { lines } = judgeDeadLetters(Array.from({ length: 50 }, (_, number) => letter(number, 'open')));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('… and 30 more');
  });

  it('names requests that stand still', () => {
    expect(judgeStalled([ASKED])).toMatchObject({ state: 'well' });
    expect(judgeStalled([{ ...ASKED, stalled: { service: 'router', reason: 'why' } }])).toMatchObject({
      state: 'ill',
      lines: [`${ASKED.id} at router: why`],
    });
  });

  it('calls a group behind from thousands of records on, summed over its topics', () => {
    const lag = (topic: string, records: number) => ({ group: 'router', topic, lag: records });
    expect(judgeLag([lag('request.submitted', 400)])).toMatchObject({
      state: 'well',
      lines: ['router is 400 behind on request.submitted'],
    });
    expect(judgeLag([lag('request.submitted', 6000), lag('policy.published', 6000)])).toMatchObject({
      state: 'ill',
    });
  });

  it('names overdue reviews', () => {
    expect(judgeReviews([])).toMatchObject({ state: 'well' });
    const review = { id: 'a', person: 'erin', action: 'deploy_prod', dueAt: '2026-11-22T14:00:00.000Z' };
    expect(judgeReviews([review, { person: '\u001b[2J' }])).toMatchObject({
      state: 'ill',
      lines: ['a: deploy_prod by erin, due 2026-11-22T14:00:00.000Z', expect.not.stringContaining('\u001b')],
    });
  });

  it('names messages that were given up', () => {
    expect(judgeWebhooks([], false)).toMatchObject({ state: 'well' });
    const message = { requestId: 'a', producer: 'ci-bot', type: 'request.denied', failure: 'answered 500' };
    expect(judgeWebhooks([message], true)).toMatchObject({
      state: 'ill',
      detail: expect.stringMatching(/^more than 1 given up/),
      lines: ['request.denied of a to ci-bot: answered 500'],
    });
    expect(judgeWebhooks([null, 7], false)).toMatchObject({ state: 'ill', lines: expect.any(Array) });
  });

  it('names the checks that a service fails', () => {
    const answer = {
      status: 'not ready',
      checks: { database: { ok: false, detail: 'refused' }, kafka: { ok: true, detail: 'fine' } },
    };
    expect(failedChecks(answer)).toEqual(['database: refused']);
    expect([null, 'x', {}, { checks: 7 }].map(failedChecks)).toEqual([[], [], [], []]);
  });
});
