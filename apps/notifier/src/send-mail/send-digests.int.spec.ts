import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { FakeInbox } from '../testing/fake-inbox.js';
import { aFile, aStep } from '../testing/routes.js';
import { TestMails } from '../testing/test-mails.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';

jest.setTimeout(60_000);

const PER_HOUR = 12;
const SINGLES = 9;

let store: TestStore;
let inbox: FakeInbox;
let notifier: TestProcess;
let mails: TestMails;

beforeAll(async () => {
  inbox = new FakeInbox(await servers.freePort());
  await inbox.open();
});
beforeEach(async () => {
  store = await TestStore.create(`digests_${Date.now()}`, servers);
  notifier = await store.process();
  inbox.mails.length = 0;
  inbox.refused.clear();
  mails = new TestMails(store, notifier, inbox, PER_HOUR);
  await mails.introduce('bob', 'erin');
});
afterEach(async () => {
  mails.close();
  await store.drop();
});
afterAll(() => inbox.close());

/** Opens approvals that ask erin; answers their requests. */
async function asked(count: number, ...given: Parameters<typeof aFile>): Promise<string[]> {
  const files = Array.from({ length: count }, () =>
    aFile({ plan: [aStep(['erin'])], ...given[0] }, { owner: 'nobody', ...given[1] }),
  );
  await notifier.open(...files);
  return files.map(({ request }) => request.id);
}

const toErin = () => inbox.to('erin@example.test');
const inDigest = (text: string | undefined) => text?.match(/\/review\/\S+/g)?.length ?? 0;

describe('somebody who gets too many mails', () => {
  it('gets the rest in one digest, in which each request is listed and notified', async () => {
    const ids = await asked(30, {}, { action: 'nasty\u202Eaction' });
    await mails.send();
    expect(toErin()).toHaveLength(SINGLES);
    await mails.pass(2);
    await mails.send();
    expect(toErin()).toHaveLength(SINGLES + 1);
    const [digest] = mails.digestsTo('erin');
    expect(digest?.subject).toBe('21 requests wait for you');
    expect(digest?.messageId).toMatch(/^<digest\.1\.[0-9a-f]{16}@example\.test>$/);
    expect(inDigest(digest?.text)).toBe(21);
    for (const said of ['nasty⟦U+202E⟧action in production, high risk', 'asked by ci-bot', 'Europe/Berlin'])
      expect(digest?.text).toContain(said);
    const events = ids.flatMap((id) => notifier.relay.about('approver.notified', id));
    expect(events).toHaveLength(30);
    expect(events.filter(({ data }) => data.messageId === digest?.messageId)).toHaveLength(21);
    expect(await notifier.counted('tollgate_mails_digested_total')).toBe(21);
    // It can be decided from there.
    const links = digest?.text.match(/https:\/\/tollgate\.example\.test\/review\/\S+/g) ?? [];
    expect(new Set(links).size).toBe(21);
  });

  it('gets mails of their own again when the hour has passed, and others always did', async () => {
    await asked(SINGLES + 2);
    await notifier.open(aFile({ plan: [aStep(['bob'])] }));
    await mails.send();
    expect(inbox.to('bob@example.test')).toHaveLength(1);
    await mails.pass(2);
    await mails.send();
    await mails.pass(60);
    await asked(1);
    await mails.send();
    expect(toErin()).toHaveLength(SINGLES + 2);
    expect(mails.digestsTo('erin')).toHaveLength(1);
  });

  it('hears of all within the hour, and never gets more than the limit in an hour', async () => {
    const sent: { readonly at: number; readonly mails: number }[] = [];
    for (let minute = 0; minute < 130; minute += 10) {
      await asked(9);
      const before = toErin().length;
      await mails.send();
      await mails.pass(10);
      sent.push({ at: minute, mails: toErin().length - before });
    }
    const inHourFrom = (start: number) =>
      sent.filter(({ at }) => at >= start && at < start + 60).reduce((sum, each) => sum + each.mails, 0);
    expect(Math.max(...sent.map(({ at }) => inHourFrom(at)))).toBeLessThanOrEqual(PER_HOUR);
    const [late] = await store.admin(
      `SELECT count(*)::integer AS count FROM mail WHERE state IN ('queued', 'held') AND next_attempt_at < clock_timestamp() - interval '1 hour'`,
    );
    expect(late).toEqual({ count: 0 });
  });

  it('hears of a near deadline before half of its time is over, whenever the last digest was', async () => {
    await asked(SINGLES + 1);
    await mails.send();
    await mails.pass(2);
    await mails.send();
    expect(mails.digestsTo('erin')).toHaveLength(1);
    const [id = ''] = await asked(1, { plan: [aStep(['erin'], { timeout: 'PT10M' })] });
    await mails.send();
    await mails.pass(4);
    await mails.send();
    expect(mails.digestsTo('erin')).toHaveLength(1);
    await mails.pass(1);
    await mails.send();
    expect(mails.digestsTo('erin')).toHaveLength(2);
    expect(notifier.relay.about('approver.notified', id)).toHaveLength(1);
  });

  it('is not told in it of what closed or left before, and gets none where nothing is left', async () => {
    const ids = await asked(SINGLES + 3);
    await mails.send();
    const held = ids.filter((id) => mails.about(id).length === 0);
    await notifier.withdraw(held[0] ?? '', held[1] ?? '');
    await mails.pass(2);
    await mails.send();
    expect(inDigest(mails.digestsTo('erin')[0]?.text)).toBe(1);
    expect(mails.digestsTo('erin')[0]?.subject).toBe('1 request waits for you');
    const again = await asked(2);
    await mails.send();
    await notifier.withdraw(...again);
    await mails.pass(21);
    await mails.send();
    expect(mails.digestsTo('erin')).toHaveLength(1);
  });

  it('gets a digest once more under the same Message-ID, and with nothing new in it, after a crash', async () => {
    await asked(SINGLES + 2);
    await mails.send();
    await mails.pass(2);
    notifier.relay.beforeCommit = () => {
      throw new Error('killed');
    };
    await expect(mails.digests.pass()).rejects.toThrow('killed');
    notifier.relay.beforeCommit = () => undefined;
    await asked(3);
    await mails.send();
    const [first, second, ...more] = mails.digestsTo('erin');
    expect(more).toEqual([]);
    expect([second?.messageId, second?.text]).toEqual([
      first?.messageId,
      first?.text?.replace('\n\n3 more', ''),
    ]);
    expect(
      notifier.relay.events('approver.notified').filter(({ data }) => data.messageId === first?.messageId),
    ).toHaveLength(2);
  });

  it('gets as many from several processes as from one', async () => {
    const others = await Promise.all(
      [1, 2, 3].map(async () => new TestMails(store, await store.process(), inbox, PER_HOUR)),
    );
    await asked(60);
    await Promise.all([mails, ...others].map((each) => each.send()));
    await mails.send();
    expect(toErin()).toHaveLength(SINGLES);
    await mails.pass(2);
    await Promise.all([mails, ...others].map((each) => each.send()));
    await mails.send();
    expect(toErin()).toHaveLength(SINGLES + 1);
    expect(inDigest(mails.digestsTo('erin')[0]?.text)).toBe(51);
    others.forEach((each) => each.close());
  });

  it('gets the digest after the mail server was down; a refused one is not tried again', async () => {
    await asked(SINGLES + 1);
    await mails.send();
    await mails.pass(2);
    await inbox.close();
    expect(await mails.digests.pass()).toMatchObject({ taken: 1, failed: 1 });
    await inbox.open();
    await mails.send();
    expect(mails.digestsTo('erin')).toHaveLength(0);
    await mails.pass(1);
    await mails.send();
    expect(mails.digestsTo('erin')).toHaveLength(1);

    inbox.refused.add('erin@example.test');
    await asked(1);
    await mails.send();
    await mails.pass(20);
    await mails.send();
    const rows = await store.admin(`SELECT DISTINCT state, failure FROM mail WHERE digest = 2`);
    expect(rows).toEqual([{ state: 'refused', failure: 'EENVELOPE 550' }]);
  });

  it('is told of many decisions in it, and beyond a hundred only how many', async () => {
    const ids = await asked(120, {}, { requester: 'bob' });
    for (const id of ids) await notifier.vote(id, 'erin', 'approve');
    await mails.send();
    await mails.pass(2);
    await mails.send();
    const [digest] = mails.digestsTo('bob');
    expect(digest?.subject).toBe('111 requests decided');
    expect(digest?.text).toContain('11 more were decided and are not listed.');
    expect(mails.digestsTo('erin')).toEqual([]);
  });
});
