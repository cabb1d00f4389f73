import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { outgoing } from '@tollgate/messaging';
import { createDataSource } from '@tollgate/persistence';
import { createLogger } from '@tollgate/runtime';
import { freePort, HookReceiver, waitUntil } from '@tollgate/servers';
import { PostWebhooks } from '@tollgate/webhooks';
import { Registry } from 'prom-client';
import { withPlannerSettings } from '../database/planner-settings.js';
import { RequestReader } from '../request-status/request-reader.js';
import { exampleDecision, exampleJudgement, routedEvent } from '../testing/example.js';
import { ReleaseMaker } from '../testing/release-maker.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, PUBLIC_URL, TestSystem } from '../testing/test-system.js';
import { PostToProducer } from './post-to-producer.js';
import { messageId, type ProducerMessageBody } from './producer-message.js';
import { ProducerWebhookMetrics } from './producer-webhook.metrics.js';
import { ProducerWebhooks } from './producer-webhook.store.js';
import { TellProducers } from './tell-producers.js';
import { readTextSeal } from './text-seal.js';

jest.setTimeout(90_000);

const WITHIN_MS = 20_000;
const PRIVATE = { producerWebhookPrivate: 'true' };

interface Webhook {
  changes: boolean;
  delivered: boolean;
  failure: string;
  webhookId: string;
  restsUntil: string;
  secret: string;
  url: string;
  previousSecretUntil: string;
  waiting: number;
  givenUp: number;
}
interface Message {
  requestId: string;
  webhookId: string;
  type: string;
  state: string;
  attempts: number;
  failure: string;
  body: ProducerMessageBody;
}

let system: TestSystem;
let intake: TestIntake;
let receiver: HookReceiver<ProducerMessageBody>;
let maker: ReleaseMaker;
/** A producer without a webhook. */
let quietKey: string;

const webhook = (name: string, method: string, body?: unknown, tail = '') =>
  intake.call<Webhook>(`/v1/producers/${name}/webhook${tail}`, { key: OPERATOR_KEY, method, body });
const messagesOf = async (id: string) =>
  (await intake.call<{ items: Message[] }>(`/v1/webhooks/${id}`, { key: OPERATOR_KEY })).body.items;
async function messageOf(id: string): Promise<Message> {
  const [message, another] = await messagesOf(id);
  if (message === undefined || another !== undefined) throw new Error(`not one message about ${id}`);
  return message;
}
const givenUp = async (query = '') =>
  (await intake.call<{ items: Message[]; next?: string }>(`/v1/webhooks${query}`, { key: OPERATOR_KEY }))
    .body;
const retry = (body: unknown) =>
  intake.call<{ requestIds: string[] }>('/v1/webhooks/retry', { key: OPERATOR_KEY, body });
const told = (id: string) => receiver.arrived.filter(({ data }) => data.id === id);
const attempts = (id: string) => receiver.attempts.filter(({ data }) => data.id === id);
const untilTold = (id: string) => waitUntil('it is told', () => told(id).length > 0, WITHIN_MS);
const untilState = (id: string, state: string) =>
  waitUntil(`it is ${state}`, async () => (await messageOf(id)).state === state, WITHIN_MS);
/** Lets the back-off of everything that waits pass. */
const tryAllNow = () =>
  system.query(`UPDATE producer_message SET next_attempt_at = clock_timestamp() WHERE state = 'queued'`);

/** A request of a producer that is withdrawn, which is the quickest of all ends. */
async function withdrawn(key: string = maker.key): Promise<string> {
  const { id } = await system.submit(intake, key);
  const { status } = await intake.call(`/v1/requests/${id}/withdraw`, { key, method: 'POST' });
  expect(status).toBe(202);
  return id;
}

/** Tells as another process does, by a connection of its own. */
async function anotherProcess(timeoutMs = 2_000) {
  const dataSource = createDataSource({
    url: withPlannerSettings(system.config().databaseUrl),
    poolSize: 3,
    applicationName: 'intake',
  });
  await dataSource.initialize();
  const post = new PostWebhooks({ now: Date.now, timeoutMs });
  const registry = new Registry();
  const telling = new TellProducers({
    dataSource,
    reader: new RequestReader(dataSource),
    posts: new PostToProducer({
      webhooks: new ProducerWebhooks(dataSource, readTextSeal(system.config().producerWebhookKeyFile)),
      post,
      rules: { allowPrivate: true, privateSetting: 'PRODUCER_WEBHOOK_PRIVATE' },
    }),
    metrics: new ProducerWebhookMetrics(registry),
    logger: createLogger('intake', 'silent'),
    publicUrl: PUBLIC_URL,
    chance: () => 0,
  });
  const close = async (): Promise<void> => {
    post.close();
    await telling.settled();
    if (dataSource.isInitialized) await dataSource.destroy();
  };
  /** Until there is nothing that is due. */
  const tellAll = async (): Promise<void> => {
    while ((await telling.pass()).taken > 0);
  };
  return { telling, dataSource, tellAll, close };
}

beforeAll(async () => {
  system = await TestSystem.create('tell_producers');
  intake = await system.start(PRIVATE);
  receiver = new HookReceiver(await freePort());
  await receiver.open();
  maker = new ReleaseMaker(system, intake, await system.producer(intake, 'ci-bot', 'alice'));
  quietKey = await system.producer(intake, 'quiet', 'alice');
  const { status, body } = await webhook('ci-bot', 'PUT', { url: receiver.url });
  expect(status).toBe(201);
  receiver.secret = body.secret;
}, 60_000);
afterEach(() => {
  receiver.answer = () => ({ status: 204 });
});
afterAll(async () => {
  await system.destroy();
  await receiver.close();
});

describe('a producer with a webhook', () => {
  it('is told once that a request is released, with its status document and without the token', async () => {
    const release = await maker.release();
    const { id } = release.request;
    await untilTold(id);
    const [message] = told(id);
    const { body: document } = await intake.call(`/v1/requests/${id}`, { key: maker.key });
    const { token, ...shown } = document.release ?? { token: '' };
    expect(message).toMatchObject({
      type: 'request.released',
      timestamp: expect.stringMatching(/Z$/),
      id: messageId({ requestId: id, type: 'request.released' }),
    });
    expect(message?.data).toEqual({ ...document, release: shown });
    expect(token).toBe(release.token);
    expect(message?.text).not.toContain(token);
    await untilState(id, 'sent');
    expect(await messageOf(id)).toMatchObject({ attempts: 1, webhookId: message?.id });
    expect(await messageOf(id)).not.toHaveProperty('body');
  });

  it('is told of every other end, and of each one once', async () => {
    const denied = await system.submit(intake, maker.key);
    const blocked = await system.submit(intake, maker.key);
    const results = [{ rule: 'regions', verdict: 'blocked' as const, reason: 'not there' }];
    const verdicts = [
      exampleJudgement(denied, {
        decision: exampleDecision({ outcome: 'denied' }),
        guardrail: { outcome: 'skipped', results: [], policyRevision: 1 },
      }),
      exampleJudgement(blocked, { guardrail: { outcome: 'blocked', results, policyRevision: 1 } }),
    ];
    for (const verdict of [...verdicts, ...verdicts]) await maker.judged(verdict);
    const cancelled = await withdrawn();
    const expired = await system.submit(intake, maker.key);
    await maker.judged(
      exampleJudgement(expired, {
        decision: exampleDecision({ outcome: 'expired', decidedBy: 'timeout' }),
        guardrail: { outcome: 'skipped', results: [], policyRevision: 1 },
      }),
    );
    const ends = [
      [denied.id, 'request.denied'],
      [blocked.id, 'request.blocked'],
      [cancelled, 'request.cancelled'],
      [expired.id, 'request.expired'],
    ] as const;
    for (const [id] of ends) await untilTold(id);
    for (const [id, type] of ends) {
      expect(told(id)).toMatchObject([{ type, data: { id, status: type.slice('request.'.length) } }]);
      await untilState(id, 'sent');
    }
  });

  it('alone is told; nothing is queued for others', async () => {
    const id = await withdrawn(quietKey);
    await untilTold(await withdrawn());
    expect(told(id)).toEqual([]);
    expect(await system.query('SELECT FROM producer_message WHERE request_id = $1', [id])).toEqual([]);
    expect(await intake.call(`/v1/webhooks/${id}`, { key: OPERATOR_KEY })).toMatchObject({ status: 404 });
  });
});

describe('a receiver', () => {
  it('that fails is tried again, with the same id and the same body', async () => {
    receiver.answer = () => ({ status: 500 });
    const id = await withdrawn();
    await waitUntil('it was tried', () => attempts(id).length === 1, WITHIN_MS);
    await waitUntil('it waits', async () => (await messageOf(id)).failure !== undefined, WITHIN_MS);
    expect(await messageOf(id)).toMatchObject({
      state: 'queued',
      failure: 'the receiver answered 500',
      body: { type: 'request.cancelled' },
    });
    receiver.answer = () => ({ status: 204 });
    await tryAllNow();
    await untilTold(id);
    expect(new Set(attempts(id).map(({ id: hook, text }) => `${hook} ${text}`)).size).toBe(1);
    expect(attempts(id)).toHaveLength(2);
  });

  it('that wants no more is on the dead-letter list, until an operator sends it again', async () => {
    receiver.answer = () => ({ status: 410 });
    const id = await withdrawn();
    await untilState(id, 'given-up');
    expect(attempts(id)).toHaveLength(1);
    const { items } = await givenUp('?producer=ci-bot');
    expect(items).toMatchObject([
      { requestId: id, type: 'request.cancelled', attempts: 1, failure: expect.stringContaining('410') },
    ]);
    expect((await givenUp('?producer=quiet')).items).toEqual([]);
    expect(await intake.metric('tollgate_producer_webhooks_total', { result: 'given-up' })).toBe(1);
    receiver.answer = () => ({ status: 200 });
    expect((await retry({ requestIds: [id] })).body).toEqual({ requestIds: [id] });
    await untilTold(id);
    await untilState(id, 'sent');
    expect(told(id)[0]?.text).toBe(attempts(id)[0]?.text);
    expect((await retry({ requestIds: [id] })).body).toEqual({ requestIds: [] });
    expect((await givenUp()).items).toEqual([]);
  });

  it('that redirects is not followed, and is given up after ten attempts, page by page on the list', async () => {
    receiver.answer = () => ({ status: 308, headers: { location: receiver.url } });
    const ids = [await withdrawn(), await withdrawn(), await withdrawn()];
    for (const id of ids) {
      await waitUntil('it waits', async () => (await messageOf(id)).failure !== undefined, WITHIN_MS);
    }
    await system.query(`UPDATE producer_message SET attempts = 9 WHERE state = 'queued'`);
    await tryAllNow();
    for (const id of ids) await untilState(id, 'given-up');
    for (const id of ids) expect(attempts(id)).toHaveLength(2);
    expect((await messageOf(ids[0] ?? '')).failure).toContain('redirects are not followed');
    const first = await givenUp('?limit=2');
    const second = await givenUp(`?limit=2&cursor=${first.next}`);
    expect(second.next).toBeUndefined();
    expect(new Set([...first.items, ...second.items].map(({ requestId }) => requestId))).toEqual(
      new Set(ids),
    );
    receiver.answer = () => ({ status: 200 });
    expect(new Set((await retry({ producer: 'ci-bot' })).body.requestIds)).toEqual(new Set(ids));
    for (const id of ids) await untilTold(id);
  });

  it('that is asked for too much is told by no process until the time that it names', async () => {
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '1800' } });
    const id = await withdrawn();
    const restsUntil = async () => (await webhook('ci-bot', 'GET')).body.restsUntil;
    await waitUntil('it rests', async () => (await restsUntil()) !== undefined, WITHIN_MS);
    const rests = Date.parse(await restsUntil()) - Date.now();
    expect(rests).toBeGreaterThan(1_700_000);
    expect(rests).toBeLessThan(1_800_001);
    receiver.answer = () => ({ status: 204 });
    const { calls } = receiver;
    const second = await withdrawn();
    const other = await anotherProcess();
    try {
      await tryAllNow();
      await other.tellAll();
      expect(receiver.calls).toBe(calls);
      expect(await messageOf(second)).toMatchObject({ state: 'queued', attempts: 0 });
      // As if the time was over.
      await system.query(`UPDATE producer_webhook SET rest_until = now() WHERE producer = 'ci-bot'`);
      for (const each of [id, second]) await untilTold(each);
    } finally {
      await other.close();
    }
  });

  it('that hangs keeps nobody else’s waiting', async () => {
    const other = new HookReceiver<ProducerMessageBody>(await freePort());
    await other.open();
    try {
      const key = await system.producer(intake, 'other', 'alice');
      other.secret = (await webhook('other', 'PUT', { url: other.url })).body.secret;
      receiver.answer = () => undefined;
      const hanging = await withdrawn();
      await waitUntil('it hangs', () => attempts(hanging).length === 1, WITHIN_MS);
      const id = await withdrawn(key);
      await waitUntil('the other is told', () => other.arrived.some(({ data }) => data.id === id), 10_000);
      expect(told(hanging)).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

describe('several processes', () => {
  it('tell the same thing with the same id where one dies between sending and writing it down', async () => {
    await intake.stop();
    const dying = await anotherProcess();
    const living = await anotherProcess();
    try {
      await system.query(`UPDATE producer_message SET attempts = 0 WHERE state = 'queued'`);
      await tryAllNow();
      await living.tellAll();
      intake = await system.start(PRIVATE);
      receiver.answer = () => ({ status: 503 });
      const id = await withdrawn();
      await waitUntil('it was tried', async () => (await messageOf(id)).failure !== undefined, WITHIN_MS);
      await intake.stop();
      await tryAllNow();
      let died: Promise<void> | undefined;
      receiver.answer = () => {
        died ??= dying.dataSource.destroy();
        return { status: 204 };
      };
      await expect(
        (async () => {
          while (true) await dying.telling.pass();
        })(),
      ).rejects.toThrow();
      await died;
      expect(told(id)).toHaveLength(1);
      await living.tellAll();
      expect(told(id)).toHaveLength(1);
      await tryAllNow();
      await living.tellAll();
      expect(told(id)).toHaveLength(2);
      expect(new Set(attempts(id).map(({ id: hook, text }) => `${hook} ${text}`)).size).toBe(1);
      expect(await system.query('SELECT state FROM producer_message WHERE request_id = $1', [id])).toEqual([
        { state: 'sent' },
      ]);
    } finally {
      await dying.close();
      await living.close();
      intake = await system.start(PRIVATE);
      maker = new ReleaseMaker(system, intake, maker.key);
    }
  });

  it('try a receiver that takes nothing with one message at a time, until it takes one', async () => {
    receiver.answer = () => ({ status: 500 });
    const ids: string[] = [];
    for (let each = 0; each < 5; each += 1) ids.push(await withdrawn());
    for (const id of ids)
      await waitUntil('it was tried', async () => (await messageOf(id)).failure !== undefined, WITHIN_MS);
    await intake.stop();
    const teller = await anotherProcess();
    try {
      const calls = async () => {
        const before = receiver.calls;
        await tryAllNow();
        await teller.telling.pass();
        await teller.telling.settled();
        return receiver.calls - before;
      };
      // It has not met the receiver yet, and learns by what the first few come to.
      expect(await calls()).toBeGreaterThan(1);
      expect(await calls()).toBe(1);
      receiver.answer = () => ({ status: 204 });
      expect(await calls()).toBe(1);
      await tryAllNow();
      await teller.tellAll();
      for (const id of ids) expect(told(id)).toHaveLength(1);
    } finally {
      await teller.close();
      intake = await system.start(PRIVATE);
      maker = new ReleaseMaker(system, intake, maker.key);
    }
  });

  it('tell each thing once between them', async () => {
    const other = await anotherProcess();
    try {
      const ids: string[] = [];
      for (let each = 0; each < 20; each += 1) ids.push(await withdrawn());
      await other.tellAll();
      for (const id of ids) await untilState(id, 'sent');
      for (const id of ids) expect(told(id)).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});

describe('a producer that wants to know more', () => {
  it('is told that people are asked, and what became of its release; once each', async () => {
    expect(await webhook('ci-bot', 'PUT', { url: receiver.url, changes: true })).toMatchObject({
      status: 200,
      body: { changes: true },
    });
    const asked = await system.submit(intake, maker.key);
    for (let each = 0; each < 2; each += 1) await system.send(outgoing(routedEvent(asked), 'route.resolved'));
    await untilTold(asked.id);
    expect(told(asked.id)).toMatchObject([{ type: 'request.pending', data: { status: 'pending' } }]);
    const { request, id: releaseId } = await maker.release();
    const { status } = await intake.call(`/v1/releases/${releaseId}/revoke`, {
      key: maker.key,
      method: 'POST',
      body: { reason: 'No longer needed' },
    });
    expect(status).toBe(200);
    const types = () => new Set(told(request.id).map(({ type }) => type));
    await waitUntil('it is told of the revocation', () => types().size === 2, WITHIN_MS);
    expect(types()).toEqual(new Set(['request.released', 'release.revoked']));
    expect(told(request.id)).toHaveLength(2);
    expect(new Set(told(request.id).map((message) => message.id)).size).toBe(2);
    expect((await messagesOf(request.id)).map(({ type }) => type)).toEqual([
      'request.released',
      'release.revoked',
    ]);
    await webhook('ci-bot', 'PUT', { url: receiver.url });
  });
});

describe('an operator', () => {
  it('tries a webhook, and learns why it does not work', async () => {
    const test = async () => (await webhook('ci-bot', 'POST', undefined, '/test')).body;
    const tried = await test();
    expect(tried).toMatchObject({ producer: 'ci-bot', delivered: true });
    expect(receiver.arrived.at(-1)).toMatchObject({ type: 'webhook.test', id: tried.webhookId });
    receiver.answer = () => ({ status: 500 });
    expect(await test()).toMatchObject({ delivered: false, failure: 'the receiver answered 500' });
    expect(await webhook('quiet', 'POST', undefined, '/test')).toMatchObject({ status: 404 });
  });

  it('has neither address nor secret in the database as they are', async () => {
    const rows = JSON.stringify(await system.query('SELECT * FROM producer_webhook'));
    expect(rows).toContain('ci-bot');
    for (const text of ['whsec_', receiver.secret.slice(6), 'very-secret', '127.0.0.1'])
      expect(rows).not.toContain(text);
  });

  it('learns that the key is another one, and nothing is lost', async () => {
    await intake.stop();
    const file = system.file('another-key');
    writeFileSync(file, 'x'.repeat(32));
    intake = await system.start({ ...PRIVATE, producerWebhookKeyFile: file });
    const id = await withdrawn();
    await waitUntil('it waits', async () => (await messageOf(id)).failure !== undefined, WITHIN_MS);
    expect((await messageOf(id)).failure).toContain('PRODUCER_WEBHOOK_KEY_FILE');
    expect((await webhook('ci-bot', 'GET')).body).not.toHaveProperty('url');
    await intake.stop();
    writeFileSync(file, `${'x'.repeat(32)}\n${'w'.repeat(32)}`);
    intake = await system.start({ ...PRIVATE, producerWebhookKeyFile: file });
    maker = new ReleaseMaker(system, intake, maker.key);
    await waitUntil(
      'it is shown that one waits',
      async () => (await intake.metric('tollgate_producer_webhook_messages', { state: 'queued' })) === 1,
      WITHIN_MS,
    );
    await tryAllNow();
    await untilTold(id);
  });

  it('gives a webhook another secret, while the one before signs as well', async () => {
    const before = receiver.secret;
    const { status, body } = await webhook('ci-bot', 'POST', undefined, '/secret');
    expect(status).toBe(201);
    expect(Date.parse(body.previousSecretUntil)).toBeGreaterThan(Date.now());
    for (const secret of [before, body.secret]) {
      receiver.secret = secret;
      await untilTold(await withdrawn());
    }
    await system.query(`UPDATE producer_webhook SET previous_until = now() WHERE producer = 'ci-bot'`);
    const calls = receiver.calls;
    receiver.secret = before;
    const id = await withdrawn();
    await waitUntil('it is called', () => receiver.calls > calls, WITHIN_MS);
    await waitUntil('it waits', async () => (await messageOf(id)).failure !== undefined, WITHIN_MS);
    expect((await messageOf(id)).failure).toBe('the receiver answered 401');
    receiver.secret = body.secret;
    await tryAllNow();
    await untilTold(id);
  });

  it('sees where a producer is told, without what is secret in it, and keeps the secret with another address', async () => {
    const again = await webhook('ci-bot', 'PUT', { url: receiver.url });
    expect(again).toMatchObject({ status: 200, body: { producer: 'ci-bot', changes: false } });
    expect(again.text).not.toContain('whsec_');
    const { body, text } = await webhook('ci-bot', 'GET');
    expect(body).toMatchObject({
      producer: 'ci-bot',
      url: `http://127.0.0.1:${receiver.port}/hooks/tollgate?…`,
      setBy: 'operator',
    });
    expect(text).not.toMatch(/very-secret|whsec_/);
    await untilTold(await withdrawn());
  });

  it.each([
    ['no address', { url: 'very-secret' }, 422],
    ['another scheme', { url: 'ftp://very-secret' }, 422],
    ['a password', { url: 'https://user:very-secret@hook.example.com/' }, 422],
    ['nothing', {}, 422],
  ])('is refused %s, and it is not repeated', async (_what, body, status) => {
    const answer = await webhook('quiet', 'PUT', body);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain('/url');
    expect(answer.text).not.toContain('very-secret');
  });

  it('is told of what is not there, and is the only one who may', async () => {
    const url = 'https://hook.example.com/';
    expect(await webhook('nobody', 'PUT', { url })).toMatchObject({ status: 404 });
    for (const [method, tail] of [['GET'], ['DELETE'], ['POST', '/secret']])
      expect(await webhook('quiet', method ?? '', undefined, tail)).toMatchObject({ status: 404 });
    for (const path of ['/v1/webhooks', '/v1/producers/ci-bot/webhook'])
      expect(await intake.call(path, { key: maker.key })).toMatchObject({ status: 403 });
    expect(await intake.call('/v1/webhooks')).toMatchObject({ status: 401 });
    expect(await intake.call('/v1/webhooks?cursor=x', { key: OPERATOR_KEY })).toMatchObject({ status: 400 });
    for (const body of [{}, { requestIds: ['x'] }, { requestIds: [], producer: 'ci-bot' }])
      expect(await retry(body)).toMatchObject({ status: 422 });
  });

  it('has no webhook taken at a private address without leave, and none that was taken before called', async () => {
    const strict = await system.start({ producerWebhookKeyFile: system.file('another-key') });
    const refused = async (url: string) => {
      const answer = await strict.call<{ errors: { detail: string }[] }>('/v1/producers/quiet/webhook', {
        key: OPERATOR_KEY,
        method: 'PUT',
        body: { url },
      });
      expect(answer.status).toBe(422);
      return answer.body.errors[0]?.detail;
    };
    expect(await refused('https://169.254.169.254/latest/meta-data')).toContain('not public');
    expect(await refused('https://10.1.2.3/')).toContain('PRODUCER_WEBHOOK_PRIVATE=true allows it');
    expect(await refused('http://hook.example.com/')).toContain('must be an https:// URL');
    await intake.stop();
    intake = strict;
    const calls = receiver.calls;
    const id = await withdrawn();
    await waitUntil('it waits', async () => (await messageOf(id)).failure !== undefined, WITHIN_MS);
    expect((await messageOf(id)).failure).toContain('PRODUCER_WEBHOOK_PRIVATE=true');
    // A name is looked at when it is called.
    const seal = readTextSeal(system.config().producerWebhookKeyFile);
    await system.query(`UPDATE producer_webhook SET url = $1 WHERE producer = 'ci-bot'`, [
      seal.seal('https://localhost:1/', 'ci-bot'),
    ]);
    await tryAllNow();
    await waitUntil(
      'the name is refused',
      async () => (await messageOf(id)).failure.includes('the host has an address that is not public'),
      WITHIN_MS,
    );
    expect(receiver.calls).toBe(calls);
  });

  it('ends a webhook: what waits is given up, and nothing is queued any more', async () => {
    const waiting = await withdrawn();
    await waitUntil('it waits', async () => (await messageOf(waiting)).failure !== undefined, WITHIN_MS);
    expect((await webhook('ci-bot', 'GET')).body.waiting).toBeGreaterThan(0);
    expect(await webhook('ci-bot', 'DELETE')).toMatchObject({ status: 200 });
    expect(await messageOf(waiting)).toMatchObject({
      state: 'given-up',
      failure: 'the webhook was removed',
    });
    expect((await retry({ requestIds: [waiting] })).body).toEqual({ requestIds: [] });
    const id = await withdrawn();
    expect(await system.query('SELECT FROM producer_message WHERE request_id = $1', [id])).toEqual([]);
    const { body } = await webhook('other', 'GET');
    expect(body).toMatchObject({ producer: 'other' });
    await intake.call('/v1/producers/other', { key: OPERATOR_KEY, method: 'DELETE' });
    expect(await webhook('other', 'GET')).toMatchObject({ status: 404 });
  });
});
