import { describe, expect, it } from '@jest/globals';
import { type Route } from '@tollgate/contracts';
import { type Approval } from '../approval/approval.js';
import { aFile, aStep } from '../testing/routes.js';
import { anApproval, OPENED_AT } from '../testing/votes.js';
import { judgeAnswer } from './judge-answer.js';
import { judgeQuestion, type NewQuestion, type QuestionFacts } from './judge-question.js';
import { type Question } from './question.js';

const HOUR = 60 * 60 * 1000;
const NOW = OPENED_AT + HOUR;
const facts: QuestionFacts = { now: NOW, isActive: () => true, askedOf: 'alice' };

const approval = (given: Partial<Approval> = {}, route: Partial<Route> = {}): Approval =>
  anApproval({
    file: aFile({ plan: [aStep(['erin', 'bob'], { pauseForAnswer: 'PT2H' })], ...route }),
    asked: ['erin', 'bob'],
    ...given,
  });
const said = (given: Partial<NewQuestion> = {}): NewQuestion => ({
  requestId: 'r',
  person: 'erin',
  text: 'Why now?',
  authentication: 'link',
  ...given,
});
const question = (given: Partial<Question> = {}): Question => ({
  ...{ requestId: 'r', number: 1, step: 0, askedBy: 'erin', askedOf: 'alice', text: 'Why now?' },
  ...{ askedAt: NOW, authentication: 'link', pausedUntil: NOW + 2 * HOUR, tokenHash: Buffer.alloc(32) },
  ...given,
});
const answer = {
  answeredBy: 'alice',
  text: 'Because.',
  answeredAt: NOW,
  view: 'v',
  authentication: 'link',
} as const;

describe('judgeQuestion', () => {
  it('asks who can be reached, and stops the clock', () => {
    expect(judgeQuestion(approval(), [], said(), facts)).toEqual({
      kind: 'asked',
      number: 1,
      askedOf: 'alice',
      clock: { stoodMs: 2 * HOUR, pausedUntil: NOW + 2 * HOUR, deadline: OPENED_AT + 6 * HOUR },
    });
  });

  it.each<[string, Parameters<typeof judgeQuestion>, string]>([
    ['a stranger', [approval(), [], said({ person: 'mallory' }), facts], 'not-asked'],
    ['somebody who left', [approval(), [], said(), { ...facts, isActive: () => false }], 'inactive'],
    ['whoever comes after the decision', [approval({ status: 'closed' }), [], said(), facts], 'closed'],
    ['whoever comes after the deadline', [approval({ deadline: NOW }), [], said(), facts], 'late'],
    [
      'a link where a sign-in is asked for',
      [approval({}, { signIn: 'signed-in' }), [], said(), facts],
      'sign-in',
    ],
    [
      'an old sign-in',
      [
        approval({}, { signIn: 'signed-in' }),
        [],
        said({ authentication: 'signed-in', signedInAt: NOW - 2 * HOUR }),
        facts,
      ],
      'sign-in-old',
    ],
    [
      'another question by the same view',
      [approval(), [question({ view: 'v' })], said({ text: 'And why not?', view: 'v' }), facts],
      'view-used',
    ],
    [
      'the sixth question',
      [
        approval(),
        Array.from({ length: 5 }, (_, n) => question({ number: n + 1, text: `${n}` })),
        said(),
        facts,
      ],
      'too-many',
    ],
    [
      'a question that nobody would get',
      [approval(), [], said(), { now: NOW, isActive: () => true }],
      'nobody-answers',
    ],
  ])('refuses %s', (_what, given, why) => {
    expect(judgeQuestion(...given)).toEqual({ kind: 'refused', why });
  });

  it('takes a recent sign-in where deciding takes a passkey', () => {
    const given = said({ authentication: 'signed-in', signedInAt: NOW });
    expect(judgeQuestion(approval({}, { signIn: 'passkey' }), [], given, facts)).toMatchObject({
      kind: 'asked',
    });
  });

  it.each<[string, Question, NewQuestion, boolean]>([
    ['the same form', question({ view: 'v' }), said({ view: 'v' }), true],
    ['the same form after the answer', question({ view: 'v', answer }), said({ view: 'v' }), true],
    ['the same words over the API', question(), said(), true],
    ['the same words after the answer', question({ answer }), said(), false],
    ['the same words of somebody else', question(), said({ person: 'bob' }), false],
    ['the same words from another view', question({ view: 'v' }), said({ view: 'w' }), false],
  ])('knows what was asked already: %s', (_what, earlier, given, again) => {
    expect(judgeQuestion(approval(), [earlier], given, facts).kind).toBe(again ? 'repeated' : 'asked');
  });
});

describe('judgeAnswer', () => {
  const paused = (given: Partial<Approval> = {}) =>
    approval({ stoodMs: 2 * HOUR, pausedUntil: NOW + 2 * HOUR, deadline: OPENED_AT + 6 * HOUR, ...given });

  it('lets the clock go on', () => {
    expect(judgeAnswer(paused(), [question()], question(), answer, NOW + HOUR)).toEqual({
      kind: 'answered',
      clock: { stoodMs: HOUR, deadline: OPENED_AT + 5 * HOUR },
    });
  });

  it.each<[string, Approval, Question[]]>([
    ['another question waits as long', paused(), [question(), question({ number: 2 })]],
    [
      'it was asked in an earlier step',
      paused({ step: 1, file: aFile({ plan: [aStep([]), aStep(['erin'])] }) }),
      [],
    ],
    ['the clock runs by then', paused({ pausedUntil: NOW }), [question()]],
  ])('leaves the clock alone where %s', (_what, given, asked) => {
    expect(judgeAnswer(given, asked, question(), answer, NOW + HOUR)).toEqual({ kind: 'answered' });
  });

  it('does not wait for what was asked in another step, or is answered', () => {
    const others = [question({ number: 2, step: 1 }), question({ number: 3, answer })];
    expect(judgeAnswer(paused(), [question(), ...others], question(), answer, NOW)).toMatchObject({
      clock: { stoodMs: 0 },
    });
  });

  it.each<[string, Approval, Question, object]>([
    ['the decision', paused({ status: 'closed' }), question(), { kind: 'refused', why: 'closed' }],
    ['the deadline', paused({ deadline: NOW }), question(), { kind: 'refused', why: 'late' }],
    [
      'another answer',
      paused(),
      question({ answer: { ...answer, text: 'No.' } }),
      { kind: 'refused', why: 'answered' },
    ],
    ['itself', paused({ status: 'closed' }), question({ answer }), { kind: 'repeated' }],
  ])('after %s', (_what, given, asked, judgement) => {
    expect(judgeAnswer(given, [asked], asked, answer, NOW)).toEqual(judgement);
  });
});
