import { describe, expect, it } from '@jest/globals';
import { describeOutcome } from '../ask/describe-outcome.js';
import { makeDecision } from '../approval/make-decision.js';
import { aFile } from '../testing/routes.js';
import { anApproval, aVote, OPENED_AT } from '../testing/votes.js';
import { composeDigest } from './compose-digest.js';
import { composeOutcome } from './compose-outcome.js';

const NASTY = '<script>x</script>\u202Egpj\r\nBcc: all';
const contacts = new Map([
  ['erin', { name: 'Erin Endo', email: 'erin@example.test', zone: 'Asia/Tokyo' }],
  ['alice', { name: 'Alice Adler', email: 'alice@example.test', zone: 'Europe/Berlin' }],
]);

function outcomeOf(outcome: 'approved' | 'denied' | 'expired') {
  const described = describeOutcome(
    anApproval({
      file: aFile({}, { environment: 'nasty\u202Eenvironment', action: NASTY }),
      status: 'closed',
      decision: makeDecision({
        outcome,
        decidedBy: outcome === 'expired' ? 'timeout' : 'people',
        step: 0,
        openedAt: OPENED_AT,
        votes: [aVote({ reason: NASTY }), aVote({ person: 'bob', counted: false, why: 'late' })],
        decidedAt: OPENED_AT + 1000,
        explanation: 'Approved by erin.',
        policyRevision: 1,
      }),
    }),
    'alice',
    contacts,
  );
  if (described === undefined) throw new Error('it is decided');
  return described;
}

describe('a mail about what was decided', () => {
  it.each([
    ['approved', 'Your request was approved', true],
    ['denied', 'Your request was denied', false],
    ['expired', 'Your request was denied, as nobody decided in time', false],
  ] as const)('%s says so first, and honestly what comes next', (outcome, title, more) => {
    const mail = composeOutcome(outcomeOf(outcome), 'result');
    expect(mail.subject.startsWith(`${title}: deploy-prod-high, high risk [`)).toBe(true);
    expect(mail.text.startsWith(`${title}.\n`)).toBe(true);
    for (const part of [mail.text, mail.html]) {
      expect(part.includes('the guardrails are checked now and may still block it')).toBe(more);
      expect(part).toContain('11:00:03 GMT+1 (Europe/Berlin)');
      expect(part).toContain('Erin Endo (erin) said approve');
      expect(part).not.toContain('bob');
    }
  });

  it('says which guardrail was overridden, by whom and why', () => {
    const outcome = outcomeOf('approved');
    expect(composeOutcome(outcome, 'result').text).not.toContain('Overridden');
    const overridden = [{ name: 'Erin Endo (erin)', guardrail: 'export-size', justification: NASTY }];
    const mail = composeOutcome({ ...outcome, overridden }, 'result');
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('Overridden');
      expect(part).toContain('export-size by Erin Endo (erin): ');
      expect(part).not.toContain('\u202E');
    }
    expect(mail.html).not.toContain('<script');
  });

  it('shows what hides in the texts of requester and voters, and runs none of it', () => {
    const mail = composeOutcome(outcomeOf('approved'), 'decided');
    expect(mail.subject).toMatch(
      /^Decided without you: approved: deploy-prod-high, high risk \[[0-9a-f]{8}\]$/,
    );
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('⟦U+202E⟧gpj');
      expect(part).not.toContain('\u202E');
    }
    expect(mail.html).not.toContain('<script');
    expect(mail.html).not.toMatch(/href|src=/);
  });
});

describe('a digest', () => {
  const line = {
    ...outcomeOf('approved'),
    deadline: 'Fri, 20 Nov 2026',
    link: 'https://tollgate.example.test/review/abc',
  };

  it.each([
    [1, 0, 0, '1 request waits for you'],
    [2, 1, 0, '2 requests wait for you, 1 decided'],
    [0, 1, 0, '1 request decided'],
    [0, 2, 5, '7 requests decided'],
  ])('of %i that wait and %i (and %i) decided is called so', (waiting, news, more, subject) => {
    const mail = composeDigest({
      waiting: Array.from({ length: waiting }, () => line),
      news: Array.from({ length: news }, () => line),
      more,
      later: 0,
    });
    expect(mail.subject).toBe(subject);
    expect(mail.html.match(/href=/g)?.length ?? 0).toBe(waiting);
    for (const part of [mail.text, mail.html]) expect(part).not.toContain('\u202E');
    expect(mail.html).not.toContain('<script');
  });

  it('says what it does not list', () => {
    const { text, html } = composeDigest({ waiting: [line], news: [], more: 3, later: 1 });
    for (const part of [text, html]) {
      expect(part).toContain('1 more waits for the next mail like this one.');
      expect(part).toContain('3 more were decided and are not listed.');
    }
  });
});
