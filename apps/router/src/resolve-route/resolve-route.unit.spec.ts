import { describe, expect, it } from '@jest/globals';
import { decodeEvent, eventIdFor, type TopicEvent } from '@tollgate/contracts';
import { compile } from '@tollgate/policy';
import { A_DIRECTORY, A_POLICY } from '../testing/a-policy.js';
import { aSubmittedEvent } from '../testing/a-submitted-event.js';
import { resolveRoute } from './resolve-route.js';

const compiled = compile({ revision: 1, policy: A_POLICY, directory: A_DIRECTORY });

/** given(submitted).when(routed).then(what is to be seen) */
const routed = (submitted: TopicEvent<'request.submitted'>) => resolveRoute(submitted, compiled);

describe('given a submitted request', () => {
  const submitted = aSubmittedEvent('one');

  it('when routed, then the event carries the request untouched and the route', () => {
    const event = routed(submitted);
    expect(event.data.request).toEqual(submitted.data.request);
    expect(event.data.route).toMatchObject({
      rule: 'prod',
      decider: 'people',
      plan: [{ approvers: [{ person: 'bob' }] }],
    });
  });

  it('when routed, then the envelope follows from its cause alone', () => {
    const id = submitted.data.request.id;
    expect(routed(submitted)).toMatchObject({
      specversion: '1.0',
      id: eventIdFor(id, 'route.resolved'),
      source: '/tollgate/router',
      type: 'tollgate.route.resolved.v1',
      subject: id,
      correlationid: id,
      causationid: submitted.id,
      time: submitted.time,
      traceparent: submitted.traceparent,
    });
  });

  it('when routed twice, then both events are the same, byte for byte', () => {
    expect(JSON.stringify(routed(structuredClone(submitted)))).toBe(JSON.stringify(routed(submitted)));
  });

  it('when routed, then any reader of the topic takes the event', () => {
    const event = routed(submitted);
    expect(
      decodeEvent('route.resolved', Buffer.from(JSON.stringify(event)), submitted.data.request.id),
    ).toEqual(event);
  });
});

describe('given fields that this version does not know', () => {
  it('when routed, then they travel on', () => {
    const submitted = aSubmittedEvent('extended');
    const data = {
      ...submitted.data,
      request: { ...submitted.data.request, colour: 'red' },
      later: { added: true },
    };
    expect(routed({ ...submitted, data }).data).toMatchObject({
      request: { colour: 'red' },
      later: { added: true },
    });
  });
});

describe('given a request that no line covers', () => {
  it('when routed, then it is denied', () => {
    expect(routed(aSubmittedEvent('strange', { action: 'make_coffee' })).data.route).toMatchObject({
      rule: 'none',
      decider: 'deny',
      plan: [],
    });
  });
});

describe('given a request by the only approver', () => {
  it('when routed, then it is denied and says who was excluded', () => {
    expect(routed(aSubmittedEvent('own', { requester: 'bob' })).data.route).toMatchObject({
      decider: 'deny',
      plan: [{ approvers: [], excluded: [{ person: 'bob', why: 'is the requester' }] }],
    });
  });
});
