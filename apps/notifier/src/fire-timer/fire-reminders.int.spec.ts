import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { FakeInbox } from '../testing/fake-inbox.js';
import { aFile, aStep } from '../testing/routes.js';
import { TestMails } from '../testing/test-mails.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';
import { FireReminders } from './fire-reminders.js';

jest.setTimeout(60_000);

let store: TestStore;
let inbox: FakeInbox;
let notifier: TestProcess;
let mails: TestMails;

beforeAll(async () => {
  store = await TestStore.create('reminders', servers);
  inbox = new FakeInbox(await servers.freePort());
  await inbox.open();
});
beforeEach(async () => {
  notifier = await store.process();
  mails = new TestMails(store, notifier, inbox);
  await mails.introduce('alice', 'bob', 'carol', 'erin', 'grace');
});
afterEach(() => mails.close());
afterAll(async () => {
  await inbox.close();
  await store.drop();
});

const remindersOf = (process: TestProcess): FireReminders =>
  new FireReminders({ dataSource: process.dataSource, policy: store.policy, onQueued: () => undefined });

async function fireAll(process: TestProcess = notifier): Promise<void> {
  const reminders = remindersOf(process);
  while ((await reminders.fireDue()) > 0);
}

/** Lets time pass for an approval: all of its clocks are so much earlier. */
const elapse = (requestId: string, hours: number) =>
  store.admin(
    `UPDATE approval SET opened_at = opened_at - $2 * interval '1 hour', deadline = deadline - $2 * interval '1 hour',
       step_opened_at = step_opened_at - $2 * interval '1 hour', remind_at = remind_at - $2 * interval '1 hour'
     WHERE request_id = $1`,
    [requestId, hours],
  );

const twoHourly = (persons: readonly string[]) =>
  aStep(persons, {
    quorum: { kind: 'people', count: 2, from: ['role:cto'] },
    timeout: 'PT8H',
    reminders: ['PT2H', 'PT4H', 'PT6H'],
  });

async function asked(...persons: string[]): Promise<string> {
  const file = aFile({ plan: [twoHourly(persons)] });
  await notifier.open(file);
  await mails.send();
  return file.request.id;
}

const reminded = (requestId: string): string[] =>
  mails
    .about(requestId, 'reminded')
    .map(({ to }) => /<([a-z]+)@/.exec(to)?.[1] ?? '')
    .toSorted();

describe('a reminder', () => {
  it('goes to those who have not voted, in the thread of the request, and each reminder once', async () => {
    const id = await asked('erin', 'bob', 'carol');
    await notifier.vote(id, 'bob', 'approve');
    await fireAll();
    await mails.send();
    expect(reminded(id)).toEqual([]);
    await elapse(id, 2);
    await fireAll();
    await fireAll();
    await mails.send();
    expect(reminded(id)).toEqual(['carol', 'erin']);
    const [mail] = mails.about(id, 'reminded');
    expect(mail?.subject).toMatch(/^Reminder: your approval is asked: deploy-prod-high, high risk \[/);
    expect(mail?.parsed.references).toContain(`<${id}@example.test>`);
    expect(mail?.text).toContain('Name of bob (bob): said approve');
    await elapse(id, 2);
    await fireAll();
    await mails.send();
    expect(reminded(id)).toEqual(['carol', 'carol', 'erin', 'erin']);
    expect(new Set(mails.about(id).map(({ messageId }) => messageId)).size).toBe(7);
    expect(
      notifier.relay
        .about('approver.notified', id)
        .filter(({ data }) => data.person === 'erin')
        .map(({ data }) => [data.kind, data.count]),
    ).toEqual([
      ['asked', 1],
      ['reminded', 2],
      ['reminded', 3],
    ]);
  });

  it('that is overdue after a restart is one, whatever was missed', async () => {
    const id = await asked('erin', 'bob');
    await elapse(id, 7);
    const restarted = await store.process();
    await fireAll(restarted);
    await mails.send();
    expect(reminded(id)).toEqual(['bob', 'erin']);
    const [row] = await store.admin('SELECT remind_at FROM approval WHERE request_id = $1', [id]);
    expect(row).toEqual({ remind_at: null });
  });

  it('fires once however many processes look', async () => {
    const files = Array.from({ length: 250 }, () => aFile({ plan: [twoHourly(['erin', 'bob'])] }));
    await notifier.open(...files);
    const ids = files.map(({ request }) => request.id);
    await store.admin(
      `UPDATE approval SET remind_at = clock_timestamp(), opened_at = opened_at - interval '2 hours', mail_owed = false
       WHERE request_id = ANY ($1)`,
      [ids],
    );
    const others = await Promise.all([store.process(), store.process()]);
    await Promise.all([notifier, ...others].map(fireAll));
    const [row] = await store.admin(
      `SELECT count(*)::integer AS mails, count(DISTINCT (request_id, person))::integer AS different
       FROM mail WHERE request_id = ANY ($1) AND kind = 'reminded' AND number = 1`,
      [ids],
    );
    expect(row).toEqual({ mails: 500, different: 500 });
    await store.admin(`UPDATE mail SET state = 'skipped' WHERE request_id = ANY ($1)`, [ids]);
    await notifier.withdraw(...ids);
    await store.admin('UPDATE approval SET news_owed = false WHERE request_id = ANY ($1)', [ids]);
  });

  it('does not come after the decision, nor again when the route is read again', async () => {
    const [decided, queued] = [await asked('erin', 'bob'), await asked('erin', 'bob')];
    await notifier.vote(decided, 'erin', 'deny');
    await elapse(decided, 3);
    await elapse(queued, 3);
    await fireAll();
    await notifier.vote(queued, 'erin', 'deny');
    await mails.send();
    expect([reminded(decided), reminded(queued)]).toEqual([[], []]);

    const file = aFile({ plan: [twoHourly(['erin', 'bob'])] });
    await notifier.open(file);
    await mails.send();
    await elapse(file.request.id, 2);
    await fireAll();
    await mails.send();
    await notifier.open(file);
    await fireAll();
    await mails.send();
    expect(reminded(file.request.id)).toEqual(['bob', 'erin']);
  });

  it('waits for nobody who was never asked by mail, nor for somebody who has left', async () => {
    const id = await asked('erin', 'bob', 'grace');
    await elapse(id, 2);
    await fireAll();
    store.policy.deactivate('grace');
    await store.admin(
      `UPDATE mail SET state = 'refused' WHERE request_id = $1 AND person = 'bob' AND kind = 'asked'`,
      [id],
    );
    await mails.send();
    expect(reminded(id)).toEqual(['erin']);
    await elapse(id, 2);
    await fireAll();
    await mails.send();
    expect(reminded(id)).toEqual(['erin', 'erin']);
    const rows = await store.admin(
      `SELECT state, failure FROM mail WHERE request_id = $1 AND person = 'grace' AND kind = 'reminded'`,
      [id],
    );
    expect(rows).toEqual([{ state: 'skipped', failure: 'not active' }]);
  });

  it('of a next step counts from the opening of that step, and asks its people', async () => {
    const file = aFile({
      plan: [
        aStep(['erin'], { timeout: 'PT4H', reminders: ['PT2H'], onSilence: 'next' }),
        aStep(['bob'], { timeout: 'PT4H', reminders: ['PT1H', 'PT3H'] }),
      ],
    });
    const { id } = file.request;
    await notifier.open(file);
    await elapse(id, 4);
    await notifier.timers.fireDue();
    await mails.send();
    const [row] = await store.admin(
      'SELECT extract(epoch FROM remind_at - step_opened_at)::integer AS seconds FROM approval WHERE request_id = $1',
      [id],
    );
    expect(row).toEqual({ seconds: 3600 });
    await fireAll();
    await mails.send();
    expect(reminded(id)).toEqual([]);
    await elapse(id, 1);
    await fireAll();
    await mails.send();
    expect(reminded(id)).toEqual(['bob']);
  });
});
