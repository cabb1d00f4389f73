import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { PostWebhooks, type WebhookDestination, WebhookRound } from '@tollgate/webhooks';
import { Registry } from 'prom-client';
import { AskQuestions } from '../question/ask-questions.js';
import { ReviewTokens } from '../send-mail/review-token.js';
import { contacts } from '../contacts/contacts.store.js';
import { HookReceiver } from '../testing/hook-receiver.js';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';
import { SendWebhooks } from './send-webhooks.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WEBHOOK_SESSION, webhookQueue } from './webhook-queue.store.js';
import { TEST_TEXTS } from '../testing/test-texts.js';

jest.setTimeout(60_000);

let store: TestStore;
let receiver: HookReceiver;
let notifier: TestProcess;
let webhooks: SendWebhooks;
const posts: PostWebhooks[] = [];

beforeAll(async () => {
  store = await TestStore.create('webhooks', servers);
  receiver = new HookReceiver(await servers.freePort());
  await receiver.open();
  notifier = await store.process(WEBHOOK_SESSION);
  webhooks = webhooksOf(notifier, receiver.url, notifier.registry);
});
afterEach(async () => {
  receiver.answer = () => ({ status: 204 });
  await tryAllNow();
  await sendAll();
});
afterAll(async () => {
  for (const post of posts) post.close();
  await receiver?.close();
  await store?.drop();
});

const destinationAt = (
  url: string,
  { allowPrivate = true, secret = HookReceiver.SECRET } = {},
): WebhookDestination => ({
  target: { url: new URL(url), allowPrivate, privateSetting: 'APPROVAL_WEBHOOK_PRIVATE' },
  secrets: [secret],
});

function webhooksOf(process: TestProcess, url = receiver.url, registry = new Registry()): SendWebhooks {
  const post = new PostWebhooks({ now: Date.now, timeoutMs: 2_000 });
  posts.push(post);
  return new SendWebhooks({
    dataSource: process.dataSource,
    post,
    destination: destinationAt(url),
    metrics: new WebhookMetrics(registry),
    logger: process.logger,
    publicUrl: 'https://tollgate.example.test',
    chance: () => 0,
  });
}

async function sendAll(by: SendWebhooks = webhooks): Promise<void> {
  while ((await by.pass()).taken > 0);
}
/** Lets the back-off of everything that waits pass. */
const tryAllNow = () =>
  store.admin(
    `UPDATE approval_webhook SET next_attempt_at = clock_timestamp() - interval '1 ms' WHERE state = 'queued'`,
  );
const statesOf = async (id: string) =>
  (
    await store.admin<{ state: string }>(
      'SELECT state FROM approval_webhook WHERE request_id = $1 ORDER BY number',
      [id],
    )
  ).map(({ state }) => state);

async function opened(...persons: string[]): Promise<string> {
  const file = aFile({ plan: [aStep(persons.length === 0 ? ['erin'] : persons)] });
  await notifier.open(file);
  return file.request.id;
}
const toldOf = (id: string) => receiver.about(id).map(({ type, data }) => `${data.number} ${type}`);

describe('the webhook', () => {
  it('is told when an approval opens and closes, with who is asked, and never with a token', async () => {
    const id = await opened('erin', 'bob');
    await sendAll();
    const [hook] = receiver.about(id);
    expect(hook).toMatchObject({
      type: 'approval.opened',
      timestamp: expect.any(String),
      data: {
        number: 1,
        approval: { requestId: id, action: 'deploy_prod', status: 'pending', step: 0, signIn: 'link' },
        persons: ['erin', 'bob'],
        url: `https://tollgate.example.test/inbox/requests/${id}`,
      },
    });
    expect(hook?.data).not.toHaveProperty('decision');
    await notifier.vote(id, 'bob', 'deny', 'not today');
    await sendAll();
    expect(toldOf(id)).toEqual(['1 approval.opened', '2 approval.closed']);
    expect(receiver.about(id)[1]).toMatchObject({
      data: { approval: { status: 'closed' }, decision: { outcome: 'denied', decidedBy: 'people' } },
    });
    const token = new ReviewTokens('a secret of at least thirty-two characters').linkToken(id, 'erin');
    for (const { text } of receiver.about(id)) expect(text).not.toMatch(new RegExp(`${token}|/review/`));
    await sendAll();
    expect(toldOf(id)).toHaveLength(2);
  });

  it('is told of the next step, another stage, and another deadline', async () => {
    const escalating = aFile({
      plan: [aStep(['erin'], { onSilence: 'next' }), aStep(['carol'], { timeout: 'PT1H' })],
    });
    const staged = aFile({ plan: [STAGED] });
    const paused = aFile({ plan: [aStep(['erin'], { pauseForAnswer: 'PT2H' })] });
    await notifier.open(escalating, staged, paused);
    await sendAll();
    await store.makeDue(escalating.request.id);
    await notifier.timers.fireDue();
    for (const person of ['bob', 'erin']) await notifier.vote(staged.request.id, person, 'approve');
    await contacts.put(
      notifier.dataSource,
      new Map([['alice', { name: 'Alice', email: 'alice@example.test', zone: 'UTC' }]]),
    );
    const { relay, feed } = notifier;
    await new AskQuestions({
      ...{ relay, feed, texts: TEST_TEXTS, policy: store.policy, recentMs: 1, onQueued: () => undefined },
      tokens: new ReviewTokens('a secret of at least thirty-two characters'),
    }).ask({ requestId: paused.request.id, person: 'erin', text: 'Why?', authentication: 'link' });
    await sendAll();
    for (const { request } of [escalating, staged, paused])
      expect(toldOf(request.id)).toEqual(['1 approval.opened', '2 approval.changed']);
    expect(receiver.about(escalating.request.id)[1]).toMatchObject({
      data: { persons: ['carol'], approval: { step: 1, status: 'pending' } },
    });
    expect(receiver.about(staged.request.id)[1]?.data.persons).toEqual(['bob', 'erin', 'carol', 'dave']);
    const [before, after] = receiver.about(paused.request.id).map(({ data }) => data.approval.deadline);
    expect(Date.parse(after ?? '') - Date.parse(before ?? '')).toBe(2 * 60 * 60 * 1000);
  });

  it('hears of both where it closed before anybody looked, and nothing of what waited for nobody', async () => {
    const quick = await opened();
    await notifier.vote(quick, 'erin', 'approve');
    const automated = aFile({ decider: 'automation', plan: [] });
    const withdrawn = aFile();
    await notifier.withdraw(withdrawn.request.id);
    await notifier.open(automated, withdrawn);
    await sendAll();
    expect(toldOf(quick)).toEqual(['1 approval.opened', '2 approval.closed']);
    expect(receiver.about(quick)[0]?.data.approval.status).toBe('pending');
    for (const { request } of [automated, withdrawn]) expect(toldOf(request.id)).toEqual([]);
  });

  it('hears nothing twice where routes, votes and withdrawals come again', async () => {
    const file = aFile();
    const { id } = file.request;
    await notifier.open(file);
    await sendAll();
    await notifier.open(file);
    await notifier.vote(id, 'erin', 'approve');
    await notifier.vote(id, 'erin', 'approve');
    await notifier.withdraw(id);
    await sendAll();
    expect(toldOf(id)).toEqual(['1 approval.opened', '2 approval.closed']);
  });

  it('costs nothing where none is configured', async () => {
    const without = await store.process();
    const file = aFile({ plan: [aStep(['erin'], { onSilence: 'next' }), aStep(['bob'])] });
    await without.open(file);
    await store.makeDue(file.request.id);
    await without.timers.fireDue();
    await without.vote(file.request.id, 'bob', 'approve');
    expect(
      await store.admin('SELECT webhook_owed FROM approval WHERE request_id = $1', [file.request.id]),
    ).toEqual([{ webhook_owed: false }]);
    expect(await webhookQueue.queueOwed(notifier.dataSource, 10)).toEqual({ owed: 0, queued: 0 });
  });
});

describe('a receiver', () => {
  it('that fails is tried again, with the same message, and what comes after it waits', async () => {
    const id = await opened();
    const other = await opened();
    receiver.answer = ({ data }) => ({ status: data.approval.requestId === id ? 500 : 200 });
    await sendAll();
    await notifier.vote(id, 'erin', 'approve');
    await sendAll();
    await tryAllNow();
    await sendAll();
    expect(toldOf(id)).toEqual([]);
    expect(toldOf(other)).toEqual(['1 approval.opened']);
    const failed = receiver.attempts.filter(({ data }) => data.approval.requestId === id);
    expect(failed).toHaveLength(2);
    receiver.answer = () => ({ status: 204 });
    await tryAllNow();
    await sendAll();
    expect(toldOf(id)).toEqual(['1 approval.opened', '2 approval.closed']);
    const [first] = receiver.about(id);
    expect(new Set([first, ...failed].map((hook) => `${hook?.id} ${hook?.text}`)).size).toBe(1);
    expect(first?.id).toMatch(/^msg_[0-9a-f-]{36}$/);
    expect(new Set(receiver.attempts.map((hook) => hook.id)).size).toBe(
      new Set(receiver.attempts.map((hook) => hook.text)).size,
    );
  });

  it.each([
    ['wants no more', () => ({ status: 410 }), 1],
    ['fails for hours', () => ({ status: 503, headers: { 'retry-after': '5' } }), 10],
    ['redirects', () => ({ status: 308, headers: { location: '/elsewhere' } }), 10],
  ])('that %s is given up, on the log and counted, and told of the rest', async (_what, answer, times) => {
    const id = await opened();
    receiver.answer = ({ type }) => (type === 'approval.opened' ? answer() : { status: 200 });
    for (let attempt = 0; attempt < times + 2; attempt += 1) {
      await webhooks.pass();
      await webhooks.pass();
      await tryAllNow();
    }
    expect(receiver.attempts.filter(({ data }) => data.approval.requestId === id)).toHaveLength(times);
    expect(await statesOf(id)).toEqual(['given-up']);
    const lines = notifier.logger.lines.filter(
      ({ level, fields }) => level === 'error' && 'requestId' in fields && fields.requestId === id,
    );
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(notifier.logger.lines)).not.toMatch(/very-secret|whsec/);
    const metric = await notifier.registry.getSingleMetric('tollgate_webhooks_total')?.get();
    expect(metric?.values.find(({ labels }) => labels['result'] === 'given-up')?.value).toBeGreaterThan(0);
    await notifier.vote(id, 'erin', 'approve');
    await sendAll();
    expect(toldOf(id)).toEqual(['2 approval.closed']);
  });

  it('that hangs, or was given another secret, is tried again later', async () => {
    const id = await opened();
    receiver.answer = () => undefined;
    expect(await webhooks.pass()).toMatchObject({ sent: 0, failed: 1 });
    expect(
      await store.admin('SELECT failure FROM approval_webhook WHERE request_id = $1', [id]),
    ).toMatchObject([{ failure: 'the receiver took longer than 2 s' }]);
    receiver.answer = () => ({ status: 204 });
    const post = new PostWebhooks({ now: Date.now });
    posts.push(post);
    const other = destinationAt(receiver.url, {
      secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    });
    expect(await post.post({ id: 'msg_1', body: '{}' }, other)).toMatchObject({
      failure: 'the receiver answered 401',
    });
  });

  it('that is away, or at an address that is not public, keeps nothing from being decided', async () => {
    const away = webhooksOf(notifier, `http://127.0.0.1:${await servers.freePort()}/`);
    const id = await opened();
    expect(await away.pass()).toMatchObject({ sent: 0 });
    const post = new PostWebhooks({ now: Date.now });
    posts.push(post);
    const guarded = destinationAt(`http://localhost:${receiver.port}/`, { allowPrivate: false });
    const before = receiver.attempts.length;
    expect(await post.post({ id: 'msg_1', body: '{}' }, guarded)).toMatchObject({
      kind: 'failed',
      failure: expect.stringContaining('not public'),
    });
    expect(receiver.attempts).toHaveLength(before);
    expect(await notifier.vote(id, 'erin', 'approve')).toMatchObject({ status: 'closed' });
  });
});

describe('several processes', () => {
  it('tell each thing once, in order, also where one dies on the way', async () => {
    const other = webhooksOf(await store.process(WEBHOOK_SESSION));
    const ids = [];
    for (let each = 0; each < 30; each += 1) ids.push(await opened());
    // Taken by a process that died: nobody else takes it for a minute, nor what comes after it.
    const [dead] = ids;
    await webhookQueue.queueOwed(notifier.dataSource, 1);
    expect(await webhookQueue.claim(notifier.dataSource, 1)).toMatchObject([{ requestId: dead, number: 1 }]);
    for (const id of ids) await notifier.vote(id, 'erin', 'approve');
    await Promise.all([sendAll(), sendAll(other), sendAll()]);
    expect(toldOf(dead ?? '')).toEqual([]);
    await tryAllNow();
    await Promise.all([sendAll(), sendAll(other)]);
    for (const id of ids) expect(toldOf(id)).toEqual(['1 approval.opened', '2 approval.closed']);
  });

  it('go on by themselves, while the receiver comes and goes', async () => {
    const round = new WebhookRound(webhooks, notifier.logger);
    await receiver.close();
    round.start();
    const id = await opened();
    await servers.waitUntil(
      'it was tried',
      async () =>
        (
          await store.admin('SELECT FROM approval_webhook WHERE request_id = $1 AND failure IS NOT NULL', [
            id,
          ])
        ).length > 0,
      20_000,
    );
    await receiver.open();
    await tryAllNow();
    await servers.waitUntil('it is told', () => toldOf(id).length === 1, 20_000);
    await round.stop();
  });
});
