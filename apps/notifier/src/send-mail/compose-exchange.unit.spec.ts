import { describe, expect, it } from '@jest/globals';
import { describeAsk } from '../ask/describe-ask.js';
import { anApproval } from '../testing/votes.js';
import { composeExchange } from './compose-exchange.js';

const contacts = new Map([['erin', { name: 'Erin Endo', email: 'erin@example.test', zone: 'Asia/Tokyo' }]]);
const ask = describeAsk(anApproval(), 'erin', [], contacts);
const QUESTION = 'Which <b>ticket</b>?\u202Edone';
const REVIEW = 'https://tollgate.example.test/review/abc';
const ANSWER = 'https://tollgate.example.test/answer/def';

describe('a mail with a question', () => {
  it('says who asks what, and where it is answered', () => {
    const mail = composeExchange(
      'question',
      ask,
      { asker: 'erin', question: QUESTION, answerLink: ANSWER },
      contacts,
      REVIEW,
    );
    expect(mail.subject).toMatch(
      /^A question about your request: deploy-prod-high, high risk \[[0-9a-f]{8}\]$/,
    );
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('Erin Endo (erin) asks');
      expect(part).toContain('?⟦U+202E⟧done');
      expect(part).toContain(ANSWER);
      expect(part).not.toContain(REVIEW);
    }
    expect(mail.html).not.toContain('<b>ticket');
  });

  it('has no link where it is answered by the API', () => {
    const mail = composeExchange('question', ask, { asker: 'erin', question: QUESTION }, contacts, REVIEW);
    expect(mail.html).not.toContain('href');
    expect(mail.text).toContain('answers it by the API');
  });

  it('and its answer leads to the review page', () => {
    const exchange = { asker: 'erin', question: QUESTION, answeredBy: 'alice', answer: 'Ticket\n4711' };
    const mail = composeExchange('answer', ask, exchange, contacts, REVIEW);
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('alice answers');
      expect(part).toContain('4711');
      expect(part).toContain(REVIEW);
    }
  });
});
