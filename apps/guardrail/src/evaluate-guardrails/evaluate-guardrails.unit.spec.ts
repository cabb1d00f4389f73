import { describe, expect, it } from '@jest/globals';
import { decodeEvent, eventIdFor } from '@tollgate/contracts';
import { compile } from '@tollgate/policy';
import { aDecidedEvent } from '../testing/a-decided-event.js';
import { A_DIRECTORY, A_POLICY } from '../testing/a-policy.js';
import { evaluateGuardrails } from './evaluate-guardrails.js';

const compiled = compile({ revision: 1, policy: A_POLICY, directory: A_DIRECTORY });

describe('given an approved request', () => {
  const decided = aDecidedEvent('one');

  it('when judged, then the event carries all that came before and what the gate says', () => {
    const event = evaluateGuardrails(decided, compiled);
    expect(event.data).toEqual({
      ...decided.data,
      guardrail: {
        outcome: 'passed',
        results: [{ rule: 'regions', verdict: 'passed', reason: 'target.region is allowed' }],
        policyRevision: 1,
      },
    });
  });

  it('when judged, then the envelope follows from its cause alone', () => {
    const id = decided.data.request.id;
    expect(evaluateGuardrails(decided, compiled)).toMatchObject({
      id: eventIdFor(id, 'guardrail.evaluated'),
      source: '/tollgate/guardrail',
      type: 'tollgate.guardrail.evaluated.v1',
      subject: id,
      causationid: decided.id,
      time: decided.time,
      traceparent: decided.traceparent,
    });
  });

  it('when judged twice, then both events are the same, byte for byte', () => {
    expect(JSON.stringify(evaluateGuardrails(structuredClone(decided), compiled))).toBe(
      JSON.stringify(evaluateGuardrails(decided, compiled)),
    );
  });

  it('when judged, then any reader of the topic takes the event', () => {
    const event = evaluateGuardrails(decided, compiled);
    expect(
      decodeEvent('guardrail.evaluated', Buffer.from(JSON.stringify(event)), decided.data.request.id),
    ).toEqual(event);
  });
});

describe('given an approved request for a forbidden region', () => {
  it('when judged, then it is blocked, whoever approved', () => {
    const event = evaluateGuardrails(aDecidedEvent('far', { target: { region: 'asia-east' } }), compiled);
    expect(event.data.guardrail).toMatchObject({
      outcome: 'blocked',
      results: [{ rule: 'regions', verdict: 'blocked' }],
    });
  });
});

describe.each(['denied', 'cancelled', 'expired'] as const)('given a request that was %s', (outcome) => {
  it('when judged, then it reaches the topic as skipped', () => {
    const decided = aDecidedEvent(outcome, { target: { region: 'asia-east' }, decision: { outcome } });
    expect(evaluateGuardrails(decided, compiled).data.guardrail).toEqual({
      outcome: 'skipped',
      results: [],
      policyRevision: 1,
    });
  });
});
