import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type PlanStep } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { approvals } from '../approval/approvals.store.js';
import { FireReminders } from '../fire-timer/fire-reminders.js';
import { ReviewTokens } from '../send-mail/review-token.js';
import { FakeInbox } from '../testing/fake-inbox.js';
import { aFile, aStep } from '../testing/routes.js';
import { TestMails } from '../testing/test-mails.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';
import { AnswerQuestions } from './answer-questions.js';
import { AskQuestions } from './ask-questions.js';
import { questionExchanges } from './question-exchanges.js';
import { questions } from './questions.store.js';
import { TEST_TEXTS } from '../testing/test-texts.js';

jest.setTimeout(60_000);

const HOUR = 60 * 60 * 1000;
const tokens = new ReviewTokens('a secret of at least thirty-two characters');

let store: TestStore;
let inbox: FakeInbox;
let notifier: TestProcess;
let mails: TestMails;
let ask: AskQuestions;
let answers: AnswerQuestions;

beforeAll(async () => {
  store = await TestStore.create('questions', servers);
  inbox = new FakeInbox(await servers.freePort());
  await inbox.open();
  notifier = await store.process();
  mails = new TestMails(
    store,
    notifier,
    inbox,
    0,
    questionExchanges(tokens, 'https://tollgate.example.test'),
  );
  await mails.introduce('alice', 'bob', 'erin');
});
beforeEach(() => {
  [ask, answers] = partsOf(notifier);
});
afterAll(async () => {
  mails.close();
  await inbox.close();
  await store.drop();
});

function partsOf({ relay, feed }: TestProcess): [AskQuestions, AnswerQuestions] {
  const shared = { relay, feed, texts: TEST_TEXTS, policy: store.policy, tokens };
  const parts = { ...shared, recentMs: HOUR, onQueued: () => undefined };
  return [new AskQuestions(parts), new AnswerQuestions(parts)];
}

async function opened(given: Partial<PlanStep> = {}, request = {}): Promise<string> {
  const two = { kind: 'people' as const, count: 2, from: ['role:cto'] };
  const file = aFile(
    { plan: [aStep(['erin', 'bob'], { pauseForAnswer: 'PT2H', quorum: two, ...given })] },
    request,
  );
  await notifier.open(file);
  return file.request.id;
}
const asks = (requestId: string, text = 'Why now?', person = 'erin') =>
  ask.ask({ requestId, person, text, authentication: 'signed-in' });
const answersTo = (requestId: string, number = 1, view = `view of ${number}`, text = 'Because.') =>
  answers.answer({ requestId, number, answeredBy: 'alice', text, view, authentication: 'link' });
async function rowOf(id: string) {
  const [row] = await approvals.find(notifier.dataSource, [id]);
  if (row === undefined) throw new Error('there is no approval');
  return row;
}
/** Lets time pass for an approval and what was asked on it. */
async function elapse(id: string, hours: number): Promise<void> {
  for (const [table, ...columns] of [
    ['approval', 'opened_at', 'deadline', 'step_opened_at', 'remind_at', 'paused_until'],
    ['question', 'asked_at', 'paused_until'],
  ])
    await store.admin(
      `UPDATE ${table} SET ${columns.map((column) => `${column} = ${column} - $2 * interval '1 hour'`).join(', ')}
       WHERE request_id = $1`,
      [id, hours],
    );
}

describe('a question', () => {
  it('is on record, goes by mail to whoever can answer, and stops the clock; with the answer it goes on', async () => {
    const id = await opened();
    await mails.send();
    const before = await rowOf(id);
    const heard: unknown[] = [];
    const stop = notifier.feed.subscribe('bob', (encoded) => heard.push(encoded));
    expect(await asks(id)).toMatchObject({
      kind: 'asked',
      isNew: true,
      question: { number: 1, askedOf: 'alice' },
    });
    const asked = await rowOf(id);
    expect((asked.deadline ?? 0) - (before.deadline ?? 0)).toBe(2 * HOUR);
    await mails.send();
    const [mail] = mails.about(id, 'question');
    expect(mail?.to).toContain('alice@example.test');
    expect(mail?.text).toContain('Why now?');
    expect(mail?.text).toContain(`https://tollgate.example.test/answer/${tokens.answerToken(id, 1)}`);

    expect(await answersTo(id)).toEqual({ kind: 'answered' });
    const answered = await rowOf(id);
    const stood = answered.stood_ms;
    expect((answered.deadline ?? 0) - (before.deadline ?? 0)).toBe(stood);
    expect(stood).toBeLessThan(HOUR);
    expect(answered.paused_until).toBeNull();
    await mails.send();
    expect(
      mails
        .about(id, 'answer')
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual([expect.stringContaining('bob@'), expect.stringContaining('erin@')]);
    expect(mails.about(id, 'answer')[0]?.text).toContain('Because.');
    expect(notifier.relay.about('question.asked', id).map(({ data }) => data)).toMatchObject([
      { number: 1, askedBy: 'erin', askedOf: 'alice', text: 'Why now?', step: 0 },
    ]);
    expect(notifier.relay.about('question.answered', id).map(({ data }) => data)).toEqual([
      {
        ...{ requestId: id, number: 1, step: 0, answeredBy: 'alice', text: 'Because.' },
        ...{ answeredAt: expect.any(String), authentication: 'link' },
        deadline: new Date(answered.deadline ?? 0).toISOString(),
      },
    ]);
    await servers.waitUntil('the news are written', () => heard.join('').includes('Because.'), 10_000);
    expect(heard.join('')).toContain('event: changed');
    stop();
  });

  it('does not stop the clock for longer than the policy says, nor keep anybody from deciding', async () => {
    const id = await opened();
    await asks(id);
    await elapse(id, 2.5);
    expect(await answersTo(id)).toEqual({ kind: 'answered' });
    expect(await rowOf(id)).toMatchObject({ stood_ms: 2 * HOUR });
    await asks(id, 'Really?');
    expect(await notifier.vote(id, 'erin', 'approve')).toMatchObject({ kind: 'counted' });
    expect(await notifier.vote(id, 'bob', 'approve')).toMatchObject({ status: 'closed' });
    expect(await answersTo(id, 2)).toEqual({ kind: 'refused', why: 'closed' });
    expect(await asks(id, 'Too late?')).toEqual({ kind: 'refused', why: 'closed' });
    expect(notifier.relay.about('question.answered', id)).toHaveLength(1);
  });

  it('leaves the clock alone where the policy names no pause', async () => {
    const file = aFile({ plan: [aStep(['erin'])] });
    const { id } = file.request;
    await notifier.open(file);
    const { deadline } = await rowOf(id);
    await asks(id);
    expect(await rowOf(id)).toMatchObject({ deadline, stood_ms: 0, paused_until: null, questions: 1 });
  });

  it('ends with its step: the next one has all of its time', async () => {
    const file = aFile({
      plan: [aStep(['erin'], { pauseForAnswer: 'PT2H', onSilence: 'next' }), aStep(['bob'])],
    });
    const { id } = file.request;
    await notifier.open(file);
    await asks(id);
    await store.makeDue(id);
    await notifier.timers.fireDue();
    const next = await rowOf(id);
    expect(next).toMatchObject({ step: 1, stood_ms: 0, paused_until: null });
    expect(await answersTo(id)).toEqual({ kind: 'answered' });
    expect(await rowOf(id)).toMatchObject({ deadline: next.deadline });
    await mails.send();
    expect(mails.about(id, 'answer').map(({ to }) => to)).toEqual([expect.stringContaining('bob@')]);
  });

  it('takes the reminders with it, each once', async () => {
    const id = await opened({ timeout: 'PT8H', reminders: ['PT1H', 'PT4H'] });
    await mails.send();
    const reminders = new FireReminders({
      dataSource: notifier.dataSource,
      policy: store.policy,
      onQueued: () => undefined,
    });
    const remind = async () => {
      while ((await reminders.fireDue()) > 0);
      await mails.send();
      return mails.about(id, 'reminded').length;
    };
    await elapse(id, 1);
    expect(await remind()).toBe(2);
    await asks(id);
    await elapse(id, 4);
    expect(await remind()).toBe(2);
    await elapse(id, 1);
    expect(await remind()).toBe(4);
    await elapse(id, 3.9);
    expect(await notifier.timers.fireDue()).toBe(0);
    await elapse(id, 0.2);
    expect(await notifier.timers.fireDue()).toBe(1);
  });

  it('goes to the requester, where they can be reached', async () => {
    const id = await opened({}, { requester: 'bob' });
    expect(await asks(id)).toMatchObject({ question: { askedOf: 'bob' } });
  });

  it('that reaches nobody is not asked, and the clock runs on', async () => {
    const id = await opened({}, { owner: 'frank' });
    const { deadline } = await rowOf(id);
    expect(await asks(id)).toEqual({ kind: 'refused', why: 'nobody-answers' });
    expect(await rowOf(id)).toMatchObject({ deadline, questions: 0 });
    expect(notifier.relay.about('question.asked', id)).toEqual([]);
  });

  it('of a request that is not open yet says so', async () => {
    expect(await asks('0193a1f0-0000-7000-8000-00000000abcd')).toEqual({ kind: 'not-open' });
  });
});

describe('at once', () => {
  it('the same question is one, others are numbered, and there are five at most', async () => {
    const id = await opened();
    const [otherAsk] = partsOf(await store.process());
    const again = await Promise.all(
      [ask, otherAsk, ask, otherAsk].map((each) =>
        each.ask({ requestId: id, person: 'erin', text: 'Why?', authentication: 'signed-in' }),
      ),
    );
    expect(again.filter((outcome) => outcome.kind === 'asked' && outcome.isNew)).toHaveLength(1);
    const more = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        (n % 2 === 0 ? ask : otherAsk).ask({
          ...{ requestId: id, person: n % 2 === 0 ? 'erin' : 'bob', text: `And ${n}?` },
          authentication: 'signed-in',
        }),
      ),
    );
    expect(more.filter(({ kind }) => kind === 'asked')).toHaveLength(4);
    expect(more.filter((outcome) => outcome.kind === 'refused').map(({ why }) => why)).toEqual(
      Array.from({ length: 4 }, () => 'too-many'),
    );
    const found = (await questions.find(notifier.dataSource, [id])).get(id) ?? [];
    expect(found.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect((await rowOf(id)).questions).toBe(5);
  });

  it('answer and decision: the answer is on record before, or not at all', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => opened()));
    for (const id of ids) await asks(id);
    const outcomes = await Promise.all(
      ids.map(async (id) => {
        const [outcome] = await Promise.all([answersTo(id), notifier.vote(id, 'erin', 'deny')]);
        return outcome;
      }),
    );
    for (const [index, id] of ids.entries()) {
      const events = notifier.relay.about('question.answered', id);
      expect(events).toHaveLength(outcomes[index]?.kind === 'answered' ? 1 : 0);
      const [decision] = notifier.decisions(id);
      expect(decision?.outcome).toBe('denied');
      if (events[0] !== undefined)
        expect(Date.parse(events[0].time)).toBeLessThanOrEqual(Date.parse(decision?.decidedAt ?? ''));
    }
  });

  it('two answers: one stands, and the same form is the same answer', async () => {
    const id = await opened();
    await asks(id);
    const other = await store.process();
    const [, otherAnswers] = partsOf(other);
    const given = { requestId: id, number: 1, answeredBy: 'alice', authentication: 'link' as const };
    const outcomes = await Promise.all([
      answers.answer({ ...given, text: 'Yes.', view: 'one' }),
      otherAnswers.answer({ ...given, text: 'No.', view: 'two' }),
      answers.answer({ ...given, text: 'Yes.', view: 'one' }),
    ]);
    const [first, second, third] = outcomes;
    expect(first).toEqual(third);
    expect([first?.kind, second?.kind].toSorted()).toEqual(['answered', 'refused']);
    expect([notifier, other].flatMap(({ relay }) => relay.about('question.answered', id))).toHaveLength(1);
  });

  it('what cannot be committed leaves nothing behind', async () => {
    const id = await opened();
    const before = await rowOf(id);
    notifier.relay.beforeCommit = () => {
      notifier.relay.beforeCommit = () => undefined;
      throw new Error('the outbox is full');
    };
    await expect(asks(id)).rejects.toThrow('the outbox is full');
    const after = await rowOf(id);
    expect(after).toMatchObject({ deadline: before.deadline, questions: 0 });
    expect((await questions.find(notifier.dataSource, [id])).size).toBe(0);
    await mails.send();
    expect(mails.about(id, 'question')).toEqual([]);
  });
});
