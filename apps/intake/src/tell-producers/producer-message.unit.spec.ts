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
    const text = messageBody(released(), 'released', READING);
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
    expect(messageBody(redeemed, 'released', READING)).toBe(messageBody(released(), 'released', READING));
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
    const body: ProducerMessageBody = JSON.parse(messageBody(denied, 'denied', READING));
    expect(body).toMatchObject({ type: 'request.denied', data: { decision: { outcome: 'denied' } } });
    expect(body.data).not.toHaveProperty('release');
  });
});

it('a message has the id of its request, for ever', () => {
  expect(messageId('3f0e2f6b-7b1f-5c53-9a04-2f8f8f3d6c11')).toBe('msg_PLACEHOLDER');
});
