import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exampleJudgement, exampleRequest, exampleRoute } from '../testing/example.js';
import { type RequestSnapshot, type Stages } from './request-snapshot.js';
import { seenOf, stageEvents } from './stage-events.js';

const request = exampleRequest();
const at = '2026-11-22T18:05:00+00:00';
const { request: _request, ...judgement } = exampleJudgement(request);
const all: Stages = {
  'route.resolved': { at, data: { route: exampleRoute() } },
  'guardrail.evaluated': { at, data: judgement },
  'request.withdrawn': {
    at,
    data: { requestId: request.id, withdrawnBy: 'ci-bot', reason: '', withdrawnAt: at },
  },
};
const names = ['route.resolved', 'guardrail.evaluated', 'request.withdrawn'] as const;
const snapshot = (...passed: readonly (typeof names)[number][]): RequestSnapshot => ({
  request,
  stages: Object.fromEntries(passed.map((name) => [name, all[name]])),
  deadLetters: [],
});

describe('the stream of stages', () => {
  it('begins with the submission and gives each stage in the order of the road', () => {
    const { events } = stageEvents(snapshot('guardrail.evaluated', 'route.resolved'), 0);
    expect(events.map(({ event }) => event)).toEqual([
      'request.submitted',
      'route.resolved',
      'guardrail.evaluated',
    ]);
    expect(events[1]?.data).toMatchObject({
      requestId: request.id,
      at: '2026-11-22T18:05:00.000Z',
      route: exampleRoute(),
    });
  });

  it('gives each stage once, in whatever order they come and wherever the reader breaks off', () => {
    const orders = fc.shuffledSubarray([...names], { minLength: 3 });
    fc.assert(
      fc.property(orders, fc.nat(), (order, cut) => {
        const sent: string[] = [];
        let lastId: string | undefined;
        for (let passed = 0; passed <= order.length; passed++) {
          const { events } = stageEvents(snapshot(...order.slice(0, passed)), seenOf(lastId));
          // The connection breaks after some of them arrived; the reader comes back with the last id it saw.
          for (const { id, event } of events.slice(
            0,
            passed === order.length ? events.length : cut % (events.length + 1),
          )) {
            sent.push(event);
            lastId = id;
          }
        }
        expect(sent.toSorted()).toEqual(['request.submitted', ...names].toSorted());
      }),
    );
  });

  it.each([undefined, '', 'abc', '-1', '64', '1e1'])('starts anew for the id %j', (id) =>
    expect(seenOf(id)).toBe(0),
  );
});
