import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { contacts } from '../contacts/contacts.store.js';
import { FakeInbox } from '../testing/fake-inbox.js';
import { aFile, aStep } from '../testing/routes.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';
import { type Mailer, SmtpMailer } from './mailer.js';
import { ReviewTokens } from './review-token.js';
import { SendMails } from './send-mails.js';

const PUBLIC_URL = 'https://tollgate.example.test';
const PERSONS = ['alice', 'bob', 'carol', 'erin'];

jest.setTimeout(60_000);

let store: TestStore;
let notifier: TestProcess;
let inbox: FakeInbox;
let mailer: Mailer;
let mails: SendMails;

const sending = (through: Mailer): SendMails =>
  new SendMails({
    dataSource: notifier.dataSource,
    relay: notifier.relay,
    policy: store.policy,
    mailer: through,
    tokens: new ReviewTokens('a secret of at least thirty-two characters'),
    metrics: notifier.metrics,
    logger: notifier.logger,
    publicUrl: PUBLIC_URL,
    domain: 'example.test',
    perPersonAndHour: 0,
    chance: () => 0,
  });

beforeAll(async () => {
  store = await TestStore.create('mail', servers);
  inbox = new FakeInbox(await servers.freePort());
  await inbox.open();
});
beforeEach(async () => {
  notifier = await store.process();
  await contacts.put(
    notifier.dataSource,
    new Map(
      PERSONS.map((person) => [
        person,
        { name: `Name of ${person}`, email: `${person}@example.test`, zone: 'Europe/Berlin' },
      ]),
    ),
  );
  mailer = new SmtpMailer(inbox.url, 'Tollgate <tollgate@example.test>');
  mails = sending(mailer);
});
afterEach(() => mailer.close());
afterAll(async () => {
  await inbox.close();
  await store.drop();
});

const about = (id: string) =>
  inbox.mails.filter(({ messageId }) => messageId.startsWith(`<${id}`) && messageId.includes('.asked.'));
const rowsOf = (id: string) =>
  store.admin(
    `SELECT person, kind, step, count, state, attempts, failure FROM mail
     WHERE request_id = $1 AND kind = 'asked' ORDER BY step, person`,
    [id],
  );
const makeDue = (id: string) =>
  store.admin(
    `UPDATE mail SET next_attempt_at = clock_timestamp() WHERE request_id = $1 AND state = 'queued'`,
    [id],
  );

async function sendAll(): Promise<void> {
  while ((await mails.pass(10)).taken > 0);
}

describe('a mail', () => {
  it('goes to each approver once, with a link of their own, and is on record', async () => {
    const file = aFile({ plan: [aStep(['erin', 'bob'])] });
    const { id } = file.request;
    await notifier.open(file);
    await sendAll();
    await notifier.open(file);
    await sendAll();

    expect(
      about(id)
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual(['"Name of bob" <bob@example.test>', '"Name of erin" <erin@example.test>']);
    expect(new Set(about(id).map(({ link }) => link)).size).toBe(2);
    expect(
      about(id).every(({ link }) =>
        /^https:\/\/tollgate\.example\.test\/review\/[A-Za-z0-9_-]{43}$/.test(link),
      ),
    ).toBe(true);
    const stored = await store.admin<{ hash: string }>(
      `SELECT encode(token_sha256, 'hex') AS hash FROM review_link WHERE request_id = $1`,
      [id],
    );
    expect(stored).toHaveLength(2);
    expect(JSON.stringify(stored)).not.toContain(about(id)[0]?.link.split('/').at(-1));

    const events = notifier.relay.about('approver.notified', id).map(({ data }) => data);
    expect(
      events
        .map(({ person, kind, count, step }) => ({ person, kind, count, step }))
        .toSorted((a, b) => a.person.localeCompare(b.person)),
    ).toEqual([
      { person: 'bob', kind: 'asked', count: 1, step: 0 },
      { person: 'erin', kind: 'asked', count: 1, step: 0 },
    ]);
    expect(new Set(events.map(({ messageId }) => messageId))).toEqual(
      new Set(about(id).map(({ messageId }) => messageId)),
    );
  });

  it('lies in one thread per request, comes from Tollgate, and is no answer to anybody', async () => {
    const file = aFile({}, { reason: 'urgent\r\nBcc: everybody@example.test' });
    await notifier.open(file);
    await sendAll();
    const [mail] = about(file.request.id);
    expect(mail?.parsed.from?.text).toBe('"Tollgate" <tollgate@example.test>');
    expect(mail?.parsed.references).toContain(`<${file.request.id}@example.test>`);
    expect(mail?.parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail?.parsed.bcc).toBeUndefined();
    expect(mail?.subject).not.toContain('urgent');
    expect(mail?.html).toContain('href="https://tollgate.example.test/review/');
  });

  it('is not sent for what closed before its turn', async () => {
    const [before, queued] = [aFile(), aFile()];
    await notifier.open(queued);
    inbox.refused.clear();
    await inbox.close();
    await mails.pass(10);
    await inbox.open();
    await notifier.open(before);
    await notifier.vote(before.request.id, 'erin', 'approve');
    await notifier.vote(queued.request.id, 'erin', 'approve');
    await makeDue(queued.request.id);
    await sendAll();
    expect([about(before.request.id), about(queued.request.id)]).toEqual([[], []]);
    expect(await rowsOf(before.request.id)).toEqual([]);
    expect(await rowsOf(queued.request.id)).toMatchObject([{ state: 'skipped' }]);
  });

  it('goes out after the mail server was down, and nothing else waited for it', async () => {
    const file = aFile();
    await inbox.close();
    await notifier.open(file);
    expect(await mails.pass(10)).toMatchObject({ taken: 1, sent: 0, failed: 1 });
    expect(await rowsOf(file.request.id)).toMatchObject([
      { state: 'queued', attempts: 1, failure: expect.stringContaining('ESOCKET') },
    ]);
    expect(await mails.pass(10)).toMatchObject({ taken: 0 });
    await inbox.open();
    await makeDue(file.request.id);
    expect(await mails.pass(10)).toMatchObject({ taken: 1, sent: 1 });
    expect(about(file.request.id)).toHaveLength(1);
    expect(notifier.relay.about('approver.notified', file.request.id)).toHaveLength(1);
  });

  it('that is due again goes out once, beside one that is new', async () => {
    const [again, fresh] = [aFile(), aFile()];
    await inbox.close();
    await notifier.open(again);
    await mails.pass(10);
    await inbox.open();
    await makeDue(again.request.id);
    await notifier.open(fresh);
    expect(await mails.pass(10)).toEqual({ taken: 2, sent: 2, failed: 0, untried: 0 });
    expect([about(again.request.id).length, about(fresh.request.id).length]).toEqual([1, 1]);
  });

  it('that the server refuses for good is not tried again', async () => {
    const file = aFile({ plan: [aStep(['carol', 'erin'])] });
    inbox.refused.add('carol@example.test');
    await notifier.open(file);
    await sendAll();
    inbox.refused.clear();
    expect(await rowsOf(file.request.id)).toMatchObject([
      { person: 'carol', state: 'refused', failure: 'EENVELOPE 550' },
      { person: 'erin', state: 'sent' },
    ]);
  });

  it('for somebody without a contact waits for one, and the approval goes on waiting too', async () => {
    const file = aFile({ plan: [aStep(['dave'])] });
    await notifier.open(file);
    expect(await mails.pass(10)).toMatchObject({ taken: 1, failed: 0 });
    expect(await notifier.counted('tollgate_mails_total')).toBe(1);
    expect(notifier.logger.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: { requestId: file.request.id, person: 'dave' } }),
    );
    await contacts.put(
      notifier.dataSource,
      new Map([['dave', { name: 'Dave', email: 'dave@example.test', zone: 'UTC' }]]),
    );
    await makeDue(file.request.id);
    await sendAll();
    expect(about(file.request.id)).toHaveLength(1);
    expect(await notifier.vote(file.request.id, 'dave', 'approve')).toMatchObject({ status: 'closed' });
  });

  it('goes out at most once more, under the same Message-ID, after a crash between mail and record', async () => {
    const file = aFile();
    await notifier.open(file);
    notifier.relay.beforeCommit = () => {
      throw new Error('killed');
    };
    await expect(mails.pass(10)).rejects.toThrow('killed');
    notifier.relay.beforeCommit = () => undefined;
    await sendAll();
    const ids = about(file.request.id).map(({ messageId }) => messageId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(new Set(about(file.request.id).map(({ link }) => link)).size).toBe(1);
    expect(notifier.relay.about('approver.notified', file.request.id)).toHaveLength(1);
  });

  it('of a next step is another mail, to its people', async () => {
    const file = aFile({ plan: [aStep(['erin'], { onSilence: 'next' }), aStep(['bob', 'erin'])] });
    const { id } = file.request;
    await notifier.open(file);
    await sendAll();
    await store.makeDue(id);
    await notifier.timers.fireDue();
    await sendAll();
    expect(await rowsOf(id)).toMatchObject([
      { person: 'erin', step: 0, count: 1 },
      { person: 'bob', step: 1, count: 1 },
      { person: 'erin', step: 1, count: 2 },
    ]);
    expect(new Set(about(id).map(({ messageId }) => messageId)).size).toBe(3);
  });

  it('is sent once however many processes send', async () => {
    const files = Array.from({ length: 60 }, () => aFile());
    await notifier.open(...files);
    const others = [sending(mailer), sending(mailer), sending(mailer)];
    await Promise.all(
      others.map(async (each) => {
        while ((await each.pass(4)).taken > 0);
      }),
    );
    await sendAll();
    expect(files.filter(({ request }) => about(request.id).length !== 1)).toEqual([]);
  });
});
