import { describe, expect, it } from '@jest/globals';
import { type Release } from '@tollgate/contracts';
import { type RequestSnapshot } from '../request-status/request-snapshot.js';
import { exampleDecision, exampleJudgement, exampleRequest } from '../testing/example.js';
import { messageBody, messageId, type ProducerMessageBody } from './producer-message.js';

const AT = '2026-11-22T18:05:01.000Z';
const READING = { publicUrl: 'https://gate.example', at: AT };
const RELEASE: Release = {
  ...{ id: 'e6a8f1b2-3c4d-5e6f-8a9b-0c1d2e3f4a5b', token: 'very.secret.token', audience: 'ci-bot' },
  ...{ expiresAt: '2026-11-22T18:20:00.000Z', releasedAt: '2026-11-22T18:05:00.123Z' },
};

function released(): RequestSnapshot {
  const { request, ...data } = exampleJudgement(exampleRequest());
  return {
    request,
    stages: {
      'guardrail.evaluated': { at: AT, data },
      'action.released': { at: AT, data: { release: RELEASE } },
    },
    outcome: 'released',
    deadLetters: [],
  };
}

describe('messageBody', () => {
  it('says how the request stands, and keeps the token to itself', () => {
    const text = messageBody(released(), 'request.released', READING);
    const body: ProducerMessageBody = JSON.parse(text);
    expect(body).toMatchObject({
      type: 'request.released',
      timestamp: AT,
      data: {
        status: 'released',
        release: { id: RELEASE.id, audience: 'ci-bot', state: 'unused' },
        links: { self: expect.stringContaining('https://gate.example/v1/requests/') },
      },
    });
    expect(text).not.toContain(RELEASE.token);
    expect(body.data.release).not.toHaveProperty('token');
  });

  it('is the same whatever becomes of the release', () => {
    const redeemed: RequestSnapshot = { ...released(), releaseEnd: { state: 'redeemed', at: AT } };
    expect(messageBody(redeemed, 'request.released', READING)).toBe(
      messageBody(released(), 'request.released', READING),
    );
  });

  it('tells of the end of a release how it ended', () => {
    const redeemed: RequestSnapshot = { ...released(), releaseEnd: { state: 'redeemed', at: AT } };
    const body: ProducerMessageBody = JSON.parse(messageBody(redeemed, 'release.redeemed', READING));
    expect(body).toMatchObject({
      type: 'release.redeemed',
      data: { status: 'released', release: { state: 'redeemed', endedAt: AT } },
    });
  });

  it('tells that people are asked as it was then, whatever came of it meanwhile', () => {
    const { request, ...sections } = exampleJudgement(exampleRequest());
    const route = { at: AT, data: { route: sections.route } };
    const asked: RequestSnapshot = { request, stages: { 'route.resolved': route }, deadLetters: [] };
    const later: RequestSnapshot = { ...released(), stages: { ...released().stages, ...asked.stages } };
    const text = messageBody(asked, 'request.pending', READING);
    expect(messageBody(later, 'request.pending', READING)).toBe(text);
    const body: ProducerMessageBody = JSON.parse(text);
    expect(body).toMatchObject({ type: 'request.pending', data: { status: 'pending' } });
    expect(body.data).not.toHaveProperty('decision');
  });

  it('has no release where there is none', () => {
    const { request, ...sections } = exampleJudgement(exampleRequest(), {
      decision: exampleDecision({ outcome: 'denied' }),
    });
    const denied: RequestSnapshot = {
      request,
      stages: { 'guardrail.evaluated': { at: AT, data: sections } },
      outcome: 'denied',
      deadLetters: [],
    };
    const body: ProducerMessageBody = JSON.parse(messageBody(denied, 'request.denied', READING));
    expect(body).toMatchObject({ type: 'request.denied', data: { decision: { outcome: 'denied' } } });
    expect(body.data).not.toHaveProperty('release');
  });
});

it('a message has the id of its request and type, for ever', () => {
  const requestId = '3f0e2f6b-7b1f-5c53-9a04-2f8f8f3d6c11';
  // As other programs compute a UUIDv5 (RFC 9562) of `event\n<request>\nproducer.webhook/<type>`.
  expect(messageId({ requestId, type: 'request.released' })).toBe('msg_5073e22e-f33b-502c-9b68-c18ba21b7b50');
  expect(messageId({ requestId, type: 'request.pending' })).toBe('msg_ec9e0346-e22a-5670-9904-6dbf60a10b5b');
});
