import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type MailKind } from '@tollgate/contracts';
import * as servers from '@tollgate/servers';
import { FakeInbox } from '../testing/fake-inbox.js';
import { aFile, aStep } from '../testing/routes.js';
import { TestMails } from '../testing/test-mails.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';
import { exchangeKey, type ReadExchanges } from './exchange.js';
import { mailQueue } from './mail-queue.store.js';

jest.setTimeout(60_000);

let store: TestStore;
let inbox: FakeInbox;
let notifier: TestProcess;
let mails: TestMails;

beforeAll(async () => {
  store = await TestStore.create('news', servers);
  inbox = new FakeInbox(await servers.freePort());
  await inbox.open();
});
beforeEach(async () => {
  notifier = await store.process();
  mails = new TestMails(store, notifier, inbox);
  await mails.introduce('alice', 'bob', 'carol', 'erin');
});
afterEach(() => mails.close());
afterAll(async () => {
  await inbox.close();
  await store.drop();
});

const readers = (requestId: string, kind: string): string[] =>
  mails
    .about(requestId, kind)
    .map(({ to }) => /<([a-z]+)@/.exec(to)?.[1] ?? '')
    .toSorted();

async function asked(...given: Parameters<typeof aFile>): Promise<string> {
  const file = aFile({ plan: [aStep(['erin', 'bob', 'carol'])], ...given[0] }, given[1]);
  await notifier.open(file);
  await mails.send();
  return file.request.id;
}

const ASKED_ONLY = ['decided', 'result'] as const;

describe('when it is decided', () => {
  it('who was asked and had not voted is told, and the owner of the machine that asked gets the result', async () => {
    const id = await asked();
    await notifier.vote(id, 'erin', 'approve', 'Looks right.\nShip it \u202Ewon');
    await mails.send();
    await notifier.vote(id, 'bob', 'approve');
    await mails.send();

    expect(readers(id, 'decided')).toEqual(['bob', 'carol']);
    expect(readers(id, 'result')).toEqual(['alice']);
    const [told] = mails.about(id, 'decided');
    expect(told?.subject).toMatch(
      /^Decided without you: approved: deploy-prod-high, high risk \[[0-9a-f]{8}\]$/,
    );
    expect(told?.text).toContain('There is nothing for you to do any more.');
    expect(told?.parsed.references).toContain(`<${id}@example.test>`);
    const [result] = mails.about(id, 'result');
    expect(result?.subject).toMatch(/^Your request was approved: deploy-prod-high, high risk \[/);
    for (const part of [result?.text, result?.html]) {
      expect(part).toContain('Name of erin (erin) said approve');
      expect(part).toContain('Ship it ⟦U+202E⟧won');
      expect(part).toContain('not released yet: the guardrails are checked now and may still block it');
      expect(part).not.toContain('/review/');
    }
    expect(
      notifier.relay
        .about('approver.notified', id)
        .map(({ data: { person, kind, count } }) => `${person} ${kind} ${count}`)
        .toSorted(),
    ).toEqual([
      'alice result 1',
      'bob asked 1',
      'bob decided 2',
      'carol asked 1',
      'carol decided 2',
      'erin asked 1',
    ]);
  });

  it('the requester themself gets the result where they have a contact', async () => {
    const id = await asked({}, { requester: 'carol' });
    await notifier.vote(id, 'bob', 'deny', 'No.');
    await mails.send();
    expect(readers(id, 'result')).toEqual(['carol']);
    expect(readers(id, 'decided')).toEqual(['erin']);
    expect(mails.about(id, 'result')[0]?.text).not.toContain('guardrails');
  });

  it('by the clock, everybody asked in any step is told when, and that nobody decided', async () => {
    const id = await asked({ plan: [aStep(['erin'], { onSilence: 'next' }), aStep(['bob'])] });
    await store.makeDue(id);
    await notifier.timers.fireDue();
    await mails.send();
    const escalated = mails.about(id, 'asked').find(({ to }) => to.includes('bob'));
    expect(escalated?.text).toMatch(
      /Nobody decided in step 1 of 2 \(asked: Name of erin \(erin\)\), which ended .*Europe\/Berlin\)\. That is why you are asked now\./,
    );
    await store.makeDue(id);
    await notifier.timers.fireDue();
    await mails.send();
    expect(readers(id, 'decided')).toEqual(['bob', 'erin']);
    expect(mails.about(id, 'result')[0]?.subject).toMatch(
      /^Your request was denied, as nobody decided in time: /,
    );
  });

  it('by whoever withdrew it, those who were asked are told, and the requester knows', async () => {
    const id = await asked();
    await notifier.withdraw(id);
    await mails.send();
    expect(readers(id, 'decided')).toEqual(['bob', 'carol', 'erin']);
    expect(readers(id, 'result')).toEqual([]);
  });

  it('before anybody was mailed, nobody hears of it but the requester', async () => {
    const file = aFile({ plan: [aStep(['erin', 'bob'])] });
    await notifier.open(file);
    await notifier.vote(file.request.id, 'erin', 'deny');
    await mails.send();
    expect(ASKED_ONLY.map((kind) => readers(file.request.id, kind))).toEqual([[], ['alice']]);
    expect(mails.about(file.request.id, 'asked')).toEqual([]);
  });

  it('while the mail that asks is on its way, its reader is told afterwards', async () => {
    const file = aFile({ plan: [aStep(['erin', 'bob'])] });
    const { id } = file.request;
    await notifier.open(file);
    notifier.relay.beforeCommit = async () => {
      notifier.relay.beforeCommit = () => undefined;
      // The mail server has the mails, and their record is not committed.
      void notifier.vote(id, 'erin', 'deny');
      await servers.waitUntil(
        'the vote is under way',
        async () =>
          (await store.admin(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)).length > 0,
        10_000,
      );
    };
    await mails.mails.pass(10);
    await servers.waitUntil('it is decided', () => notifier.decisions(id).length === 1, 10_000);
    await mails.send();
    expect(readers(id, 'asked')).toEqual(['bob', 'erin']);
    expect(readers(id, 'decided')).toEqual(['bob']);
  });

  it('each is told once, also when the decision, the route or the withdrawal comes again', async () => {
    const id = await asked();
    await notifier.withdraw(id);
    await mails.send();
    await notifier.withdraw(id);
    await notifier.vote(id, 'bob', 'approve');
    await store.admin('UPDATE approval SET news_owed = true WHERE request_id = $1', [id]);
    await mails.send();
    expect(readers(id, 'decided')).toEqual(['bob', 'carol', 'erin']);
  });

  it('and neither requester nor owner has a contact, then that is on the log, and is not tried again', async () => {
    const id = await asked({}, { owner: 'nobody' });
    await notifier.vote(id, 'bob', 'approve');
    await mails.send();
    expect(readers(id, 'result')).toEqual([]);
    expect(
      notifier.logger.lines.filter(({ fields }) => 'person' in fields && fields.person === 'nobody'),
    ).toEqual([
      {
        level: 'warn',
        fields: { requestId: id, person: 'nobody' },
        message: expect.stringContaining('has a contact'),
      },
    ]);
  });

  it('by breaking the glass, everybody who would have been asked in any step is told who and why, once', async () => {
    const file = aFile(
      {
        decider: 'break-glass',
        breakGlass: 'outage',
        plan: [aStep(['erin', 'bob'], { onSilence: 'next' }), aStep(['erin', 'carol'])],
        explanation: 'dave broke the glass, as outage allows.',
      },
      {
        breakGlass: {
          person: 'dave',
          justification: 'Checkout is down.\nNo time \u202Ewon',
          authentication: 'passkey',
        },
      },
    );
    const { id } = file.request;
    await notifier.open(file);
    await mails.send();
    await notifier.open(file);
    await store.admin('UPDATE approval SET news_owed = true WHERE request_id = $1', [id]);
    await mails.send();

    expect(notifier.decisions(id)).toMatchObject([{ outcome: 'approved', decidedBy: 'break-glass' }]);
    expect(readers(id, 'break-glass')).toEqual(['bob', 'carol', 'erin']);
    expect(readers(id, 'asked')).toEqual([]);
    expect(readers(id, 'result')).toEqual(['alice']);
    const [told] = mails.about(id, 'break-glass');
    expect(told?.subject).toMatch(/^Somebody broke the glass: deploy-prod-high, high risk \[/);
    for (const part of [told?.text, told?.html]) {
      expect(part).toContain('by dave, who says:');
      expect(part).toContain('Checkout is down.');
      expect(part).toContain('No time ⟦U+202E⟧won');
      expect(part).toContain('nobody waited for you');
      expect(part).not.toContain('/review/');
    }
    expect(
      notifier.relay
        .about('approver.notified', id)
        .filter(({ data: { kind } }) => kind === 'break-glass')
        .map(({ data: { person } }) => person)
        .toSorted(),
    ).toEqual(['bob', 'carol', 'erin']);
    expect(await notifier.counted('tollgate_break_glass_total')).toBe(1);
  });

  it('a review of broken glass, whoever broke it hears whether it was accepted', async () => {
    const file = aFile(
      { plan: [aStep(['erin', 'bob'], { onSilence: 'next' })] },
      { action: 'break-glass.review', environment: 'tollgate', requester: 'carol', producer: 'tollgate' },
    );
    const { id } = file.request;
    await notifier.open(file);
    await mails.send();
    expect(mails.about(id, 'asked')[0]?.text).toContain('silence closes no review');
    await notifier.vote(id, 'bob', 'deny', 'It could have waited.');
    await mails.send();
    expect(mails.about(id, 'result')[0]?.subject).toMatch(/^That you broke the glass was objected to: /);
    expect(mails.about(id, 'decided')[0]?.subject).toMatch(/^Decided without you: objected to: /);
  });

  it('what software decides at once is no news for anybody', async () => {
    const file = aFile({ decider: 'automation', plan: [] });
    await notifier.open(file);
    await mails.send();
    expect(mails.about(file.request.id)).toEqual([]);
  });
});

describe('a question', () => {
  const questions: ReadExchanges = async (_on, about) =>
    new Map(
      about.map((mail) => [
        exchangeKey(mail),
        { asker: 'erin', question: `Question ${mail.number}?`, answeredBy: 'alice', answer: 'Yes.' },
      ]),
    );

  it('goes to the requester, its answer to those who are asked, each by its number once, while it waits', async () => {
    const withQuestions = new TestMails(store, notifier, inbox, 0, questions);
    const id = await asked();
    const mail = (person: string, kind: MailKind, number: number) => ({
      requestId: id,
      person,
      kind,
      step: 0,
      number,
    });
    for (let time = 0; time < 2; time += 1)
      await mailQueue.queue(notifier.dataSource, [
        mail('alice', 'question', 1),
        mail('alice', 'question', 2),
        mail('erin', 'answer', 1),
      ]);
    await withQuestions.send();
    expect(readers(id, 'question')).toEqual(['alice', 'alice']);
    expect(mails.about(id, 'question')[1]?.text).toContain('Question 2?');
    expect(mails.about(id, 'answer')[0]?.link).toBe(
      mails.about(id, 'asked').find(({ to }) => to.includes('erin'))?.link,
    );
    await mailQueue.queue(notifier.dataSource, [mail('alice', 'question', 3)]);
    await notifier.vote(id, 'bob', 'deny');
    await withQuestions.send();
    expect(readers(id, 'question')).toHaveLength(2);
    withQuestions.close();
  });
});
