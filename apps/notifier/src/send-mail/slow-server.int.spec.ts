import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { FireReminders } from '../fire-timer/fire-reminders.js';
import { FakeInbox } from '../testing/fake-inbox.js';
import { aFile, aStep } from '../testing/routes.js';
import { TestMails } from '../testing/test-mails.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';

jest.setTimeout(60_000);

let store: TestStore;
let inbox: FakeInbox;
let notifier: TestProcess;
let mails: TestMails;
let open: () => void;

beforeAll(async () => {
  store = await TestStore.create('slow', servers);
  inbox = new FakeInbox(await servers.freePort());
  await inbox.open();
});
beforeEach(async () => {
  notifier = await store.process();
  inbox.gate = new Promise((resolve) => {
    open = resolve;
  });
  inbox.handedOver = 0;
  mails = new TestMails(store, notifier, inbox);
  await mails.introduce('alice', 'bob', 'carol', 'erin');
});
afterEach(() => {
  open();
  mails.close();
});
afterAll(async () => {
  await inbox.close();
  await store.drop();
});

const handedOver = (count: number) =>
  servers.waitUntil(`the server has ${count} mails`, () => inbox.handedOver >= count, 20_000);

describe('while the mail server does not answer', () => {
  it('everything goes on: openings, votes, withdrawals, clocks, reminders; and no mail is lost or sent twice', async () => {
    const onTheWay = aFile({ plan: [aStep(['erin', 'bob'], { onSilence: 'next' }), aStep(['carol'])] });
    const { id } = onTheWay.request;
    await notifier.open(onTheWay);
    const pass = mails.mails.pass(10);
    await handedOver(2);

    const [voted, taken, timed] = [aFile(), aFile(), aFile()];
    await notifier.open(voted, taken, timed);
    expect(await notifier.vote(voted.request.id, 'erin', 'approve')).toMatchObject({ status: 'closed' });
    await notifier.withdraw(taken.request.id);
    await store.makeDue(timed.request.id);
    await notifier.timers.fireDue();
    expect(notifier.decisions(timed.request.id)).toHaveLength(1);
    // Also what the mails on the way are about.
    await notifier.vote(id, 'bob', 'abstain');
    await store.makeDue(id);
    await notifier.timers.fireDue();
    await store.admin('UPDATE approval SET remind_at = clock_timestamp() WHERE request_id = $1', [id]);
    const reminders = new FireReminders({
      dataSource: notifier.dataSource,
      policy: store.policy,
      onQueued: () => undefined,
    });
    expect(await reminders.fireDue()).toBe(1);
    // Another process has other persons' mails in hand meanwhile, and leaves these alone.
    const other = new TestMails(store, await store.process(), inbox);
    const second = other.mails.pass(10);
    await handedOver(3);

    open();
    await Promise.all([pass, second]);
    other.close();
    await mails.send();
    expect(
      mails
        .about(id, 'asked')
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual([
      '"Name of bob" <bob@example.test>',
      '"Name of carol" <carol@example.test>',
      '"Name of erin" <erin@example.test>',
    ]);
    expect(new Set(inbox.mails.map(({ messageId }) => messageId)).size).toBe(inbox.mails.length);
  });

  it('and the process is killed, the mail goes out once more under the same Message-ID', async () => {
    const killed = await store.process();
    const before = new TestMails(store, killed, inbox);
    const file = aFile();
    await notifier.open(file);
    const pass = before.mails.pass(10);
    await handedOver(1);
    // What a kill does: its connections end, whatever was on the way.
    await store.admin(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'test-notifier' AND state = 'idle in transaction' AND datname = current_database()`,
    );
    open();
    await expect(pass).rejects.toThrow();
    before.close();
    await mails.send();
    await mails.send();
    const sent = mails.about(file.request.id, 'asked');
    expect(sent).toHaveLength(2);
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(1);
    expect(
      [killed, notifier].flatMap((each) => each.relay.about('approver.notified', file.request.id)),
    ).toHaveLength(1);
  });

  it('and its reader leaves, what is still queued for them is not sent', async () => {
    const [first, later] = [aFile({ plan: [aStep(['carol'])] }), aFile({ plan: [aStep(['carol'])] })];
    await notifier.open(first);
    const pass = mails.mails.pass(1);
    await handedOver(1);
    await notifier.open(later);
    store.policy.deactivate('carol');
    open();
    await pass;
    await mails.send();
    expect([mails.about(first.request.id).length, mails.about(later.request.id).length]).toEqual([1, 0]);
    expect(notifier.relay.about('approver.notified', later.request.id)).toEqual([]);
  });
});
