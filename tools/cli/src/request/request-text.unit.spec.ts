import { describe, expect, it } from '@jest/globals';
import {
  ACCEPTED,
  ASKED,
  decidedByErin,
  decidedWithoutPeople,
  RELEASE,
} from '../testing/status-documents.js';
import { isRouted, outcomeText, requestText, routeText, stalledText } from './request-text.js';

const plain = (_style: string, text: string): string => text;
const NOW = new Date('2026-11-22T14:00:00.000Z');

describe('a request that waits for people', () => {
  it('names who is asked and until when', () => {
    expect(routeText(ASKED, NOW)).toEqual([
      '  route       High risk in production is decided by the CTO.',
      '  asked       erin (role:cto)',
      '  deadline    2026-11-22 18:00:00 UTC (in 4 h)',
    ]);
  });

  it('is not routed before it is known who decides', () => {
    expect([ACCEPTED, ASKED, { ...ACCEPTED, explanation: 'Nobody may.' }].map(isRouted)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('shows its status', () => {
    expect(requestText(ACCEPTED, NOW, plain)).toContain('  status      pending');
  });
});

describe('an outcome', () => {
  it('released: who approved, and the token', () => {
    const text = outcomeText(
      { ...ASKED, status: 'released', decision: decidedByErin('approve', 'go'), release: RELEASE },
      plain,
    );
    expect(text).toEqual([
      '  approved by erin: “go”',
      'Released.',
      '  valid until 2026-11-22 14:20:00 UTC',
      '  token       aaa.bbb.ccc',
    ]);
  });

  it.each([
    ['redeemed', '2026-11-22T14:05:00.000Z', '  release     redeemed at 2026-11-22 14:05:00 UTC'],
    ['expired', undefined, '  release     expired'],
  ] as const)('released, and %s by now', (state, endedAt, line) => {
    const release = { ...RELEASE, state, ...(endedAt === undefined ? {} : { endedAt }) };
    const document = { ...ASKED, status: 'released' as const, release };
    expect(outcomeText(document, plain)).toContain(line);
  });

  it('released by automation: no person is named', () => {
    const decision = decidedWithoutPeople('approved', 'automation', 'Nobody needs to be asked.');
    const text = outcomeText({ ...ACCEPTED, status: 'released', decision, release: RELEASE }, plain);
    expect(text[0]).toBe('  decided     by automation: the policy asks nobody');
  });

  it('denied by a person: who and why', () => {
    const text = outcomeText(
      { ...ASKED, status: 'denied', decision: decidedByErin('deny', 'not on a Friday') },
      plain,
    );
    expect(text).toEqual(['Denied.', '  denied by erin: “not on a Friday”']);
  });

  it('denied by the policy: its reason', () => {
    const decision = decidedWithoutPeople('denied', 'policy', 'No line of the matrix matches.');
    expect(outcomeText({ ...ACCEPTED, status: 'denied', decision }, plain)).toEqual([
      'Denied.',
      '  No line of the matrix matches.',
    ]);
  });

  it('blocked: who approved it all the same, and each rule that blocks', () => {
    const guardrail = {
      outcome: 'blocked' as const,
      policyRevision: 1,
      results: [
        { rule: 'allowed-regions', verdict: 'blocked' as const, reason: 'Only us-east and eu-west.' },
        { rule: 'blocked-actions', verdict: 'passed' as const, reason: 'fine' },
      ],
    };
    const text = outcomeText(
      { ...ASKED, status: 'blocked', decision: decidedByErin('approve', ''), guardrail },
      plain,
    );
    expect(text).toEqual([
      '  approved by erin',
      'Blocked by a guardrail.',
      '  allowed-regions: Only us-east and eu-west.',
    ]);
  });

  it('expired: a silence, never a no of a person', () => {
    const decision = decidedWithoutPeople('expired', 'timeout', 'Nobody answered.');
    const text = outcomeText({ ...ASKED, status: 'expired', decision }, plain);
    expect(text).toEqual([
      'Expired.',
      '  Nobody answered by 2026-11-22 18:00:00 UTC. The checkpoint turns this silence into a no; no person denied it.',
    ]);
  });

  it('a vote that does not count is not told as a decision', () => {
    const decision = decidedByErin('deny', 'too late');
    const votes = decision.votes.map((vote) => ({ ...vote, counted: false, why: 'after the deadline' }));
    expect(outcomeText({ ...ASKED, status: 'denied', decision: { ...decision, votes } }, plain)).toEqual([
      'Denied.',
    ]);
  });

  it('says nothing while there is none', () => {
    expect(outcomeText(ASKED, plain)).toEqual([]);
    expect(outcomeText({ ...ASKED, status: 'approved' }, plain)).toEqual([]);
  });
});

it('text of the requester cannot steer the terminal', () => {
  const evil = '\u001b[2J\u202e';
  const text = requestText({ ...ASKED, action: evil, requester: evil, explanation: evil }, NOW, plain).join(
    '\n',
  );
  expect(text).not.toMatch(/\p{Cc}(?<!\n)|\u202e/u);
});

it('a stalled request says where, why, and what an operator does', () => {
  const [first, second] = stalledText(
    { ...ASKED, stalled: { service: 'router', reason: 'unknown revision' } },
    plain,
  );
  expect(first).toContain('stalled at router: unknown revision');
  expect(second).toContain(`tollgate dead-letters give-up ${ASKED.id}`);
});
