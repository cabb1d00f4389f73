import { describe, expect, it } from '@jest/globals';
import { describeAsk } from '../ask/describe-ask.js';
import { aFile, aStep } from '../testing/routes.js';
import { anApproval, aVote } from '../testing/votes.js';
import { composeMail } from './compose-mail.js';
import { domainOf, messageIdOf } from './message-id.js';

const LINK = 'https://tollgate.example.test/review/abc';
const contacts = new Map([
  ['erin', { name: 'Erin Endo', email: 'erin@example.test', zone: 'Asia/Tokyo' }],
  ['bob', { name: 'Bob Brandt', email: 'bob@example.test', zone: 'Europe/Berlin' }],
]);
const NASTY = 'please <b>approve</b>\r\nSubject: done \u202Egpj';

const mailOf = (given: Parameters<typeof aFile>) =>
  composeMail(
    describeAsk(
      anApproval({ file: aFile(...given) }),
      'erin',
      [aVote({ person: 'bob', verdict: 'abstain' })],
      contacts,
    ),
    LINK,
  );

describe('composeMail', () => {
  const mail = mailOf([
    { plan: [aStep(['erin', 'bob'])], preflight: [{ guardrail: 'allowed-regions', verdict: 'blocked' }] },
    { reason: NASTY, requester: 'ci-bot', environment: 'nasty:environment' },
  ]);

  it('says in both parts what is asked, by whom, why, until when, and what silence does', () => {
    for (const part of [mail.text, mail.html]) {
      for (const said of [
        'deploy_prod',
        'nasty:environment',
        'ci-bot',
        'alice',
        'A cto decides',
        'Bob Brandt (bob)',
        'said abstain',
        'Asia/Tokyo',
        'If nobody decides until then, the request is denied.',
        'allowed-regions',
        LINK,
      ]) {
        expect(part).toContain(said);
      }
    }
  });

  it('has one link, to review, and none that approves', () => {
    expect(mail.html.match(/href=/g)).toHaveLength(1);
    expect(mail.html).toContain(`href="${LINK}"`);
  });

  it('keeps the requester’s text out of the subject, escapes it, and shows what hides in it', () => {
    expect(mail.subject).toMatch(/^Your approval is asked: deploy-prod-high, high risk \[[0-9a-f]{8}\]$/);
    expect(mail.html).not.toContain('<b>approve</b>');
    expect(mail.html).toContain('&lt;b>approve&lt;/b>');
    expect(mail.text).toContain('⟦U+202E⟧gpj');
    expect(mail.html).not.toContain('\u202E');
  });
});

describe('messageIdOf', () => {
  const mail = {
    requestId: '1f0c22ab-7a35-5a49-8a4e-0d8f2f1b9c3d',
    person: 'erin',
    kind: 'asked',
    step: 0,
    number: 0,
  } as const;

  it('is the same for the same mail and another for another one', () => {
    const id = messageIdOf(mail, 'example.test');
    expect(messageIdOf({ ...mail }, 'example.test')).toBe(id);
    const others = [{ person: 'bob' }, { kind: 'reminded' as const }, { step: 1 }, { number: 2 }].map(
      (change) => messageIdOf({ ...mail, ...change }, 'example.test'),
    );
    expect(new Set([id, ...others]).size).toBe(5);
  });

  it.each([
    ['Tollgate <tollgate@example.test>', 'example.test'],
    ['tollgate@mail.example.test', 'mail.example.test'],
  ])('takes the domain of %s', (sender, domain) => {
    expect(domainOf(sender)).toBe(domain);
  });
});
