import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type QuestionDocument } from '@tollgate/contracts';
import { freePort, PlainBrowser, waitUntil, workspaceFolder } from '@tollgate/servers';
import { Webhook } from 'standardwebhooks';
import { decisionForm, openReview } from './approver/review-form.js';
import { mails, type Mail, messageIdOf, reviewLink } from './approver/mailbox.js';
import { tokenOf, vote } from './approver/vote-by-token.js';
import { bearer, call, statusOf, submit } from './system/intake-client.js';
import { ledgerHas } from './system/ledger-client.js';
import { type RunningSystem, startSystem } from './system/running-system.js';
import { type ExampleReceiver, startExampleReceiver } from './system/example-receiver.js';

jest.setTimeout(90_000);

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const HOUR_MS = 3_600_000;

interface Told {
  readonly id: string;
  readonly text: string;
  readonly type: string;
  readonly requestId: string;
  readonly deadline: string;
}

let system: RunningSystem;
let folder: string;
let receiver: Server;
let producersReceiver: ExampleReceiver | undefined;
const told: Told[] = [];

/** Takes webhooks whose signature holds. */
async function startReceiver(): Promise<string> {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      new Webhook(SECRET).verify(text, headers);
      const { type, data }: { type: string; data: { approval: { requestId: string; deadline: string } } } =
        JSON.parse(text);
      told.push({ id: headers['webhook-id'] ?? '', text, type, ...data.approval });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  return `http://127.0.0.1:${port}/tollgate`;
}

/** The shipped policy, with a clock that stands for an answer. */
function policyWithPause(): string {
  const shipped = readFileSync(join(workspaceFolder(), 'policies', 'policy.yaml'), 'utf8');
  const changed = shipped.replace('    timeout: PT4H\n', '    timeout: PT4H\n    pauseForAnswer: PT2H\n');
  if (changed === shipped) throw new Error('the shipped policy has another default checkpoint');
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, changed);
  return file;
}

async function mailOf(address: string, requestId: string, kind: string): Promise<Mail> {
  const found = async () =>
    (await mails(system.stack)).find(
      (mail) =>
        mail.to.some((to) => to.address === address) &&
        messageIdOf(mail).startsWith(`<${requestId}.0.${kind}.`),
    );
  await waitUntil(`the mail ${kind} to ${address}`, async () => (await found()) !== undefined, 20_000);
  const mail = await found();
  if (mail === undefined) throw new Error('there was a mail and it is gone');
  return mail;
}
const toldOf = (id: string) => told.filter(({ requestId }) => requestId === id);

describe('asking back', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-ask-back-'));
    writeFileSync(join(folder, 'webhook-secret'), SECRET);
    system = await startSystem({
      environment: {
        intake: { POLICY_FILE: policyWithPause(), PRODUCER_WEBHOOK_PRIVATE: 'true' },
        notifier: {
          APPROVAL_WEBHOOK_URL: await startReceiver(),
          APPROVAL_WEBHOOK_SECRET_FILE: join(folder, 'webhook-secret'),
          APPROVAL_WEBHOOK_PRIVATE: 'true',
        },
      },
    });
  }, 150_000);
  afterAll(async () => {
    producersReceiver?.stop();
    await system?.stop();
    receiver?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('a question by page and its answer by mail stop the clock, decide nothing, and are on the ledger', async () => {
    const submitted = await submit(system.stack, {
      ...{ action: 'deploy_prod', environment: 'production', riskLevel: 'low' },
      ...{
        target: { service: 'checkout', region: 'eu-west' },
        parameters: {},
        reason: 'A test of questions',
      },
    });
    const { id } = submitted.body;
    // Before it changes: what changed by the time that it is told is told as it is then.
    await waitUntil('the webhook is told of the opening', () => toldOf(id).length > 0, 20_000);
    const link = reviewLink(await mailOf('bob@example.test', id, 'asked'));
    const { html, browser } = await openReview(link, 'bob');
    const view = decisionForm(html, link).hidden['view'] ?? '';
    const asked = await browser.post(`${link}/questions`, { view, question: 'Is it rehearsed?' });
    expect(asked).toMatchObject({ status: 200, html: expect.stringContaining('Is it rehearsed?') });
    expect(asked.html).toContain('The clock stands while the answer is waited for');
    await waitUntil(
      'the webhook is told of the later deadline',
      () => toldOf(id).at(-1)?.type === 'approval.changed',
      20_000,
    );

    const question = await mailOf('alice@example.test', id, 'question-1');
    const answerLink = /https?:\/\/\S+\/answer\/[A-Za-z0-9_-]+/.exec(question.text)?.[0] ?? '';
    const alice = new PlainBrowser();
    const page = await alice.get(answerLink);
    const form = decisionForm(page.html, answerLink);
    expect(form.open).toEqual(['answer']);
    const answered = await alice.post(form.action, { ...form.hidden, answer: 'On Tuesday.' });
    expect(answered).toMatchObject({
      status: 200,
      html: expect.stringContaining('The question is answered'),
    });
    for (const approver of ['bob', 'dave'])
      expect((await mailOf(`${approver}@example.test`, id, 'answer-1')).text).toContain('On Tuesday.');
    expect((await statusOf(system.stack, id)).status).toBe('pending');

    const token = await tokenOf(system.stack, 'dave');
    const list = await call<{ items: { requestId: string; questions?: QuestionDocument[] }[] }>(
      `${system.stack.urls.notifier}/v1/approvals`,
      { headers: bearer(token) },
    );
    expect(list.body.items.find(({ requestId }) => requestId === id)?.questions).toMatchObject([
      { number: 1, askedBy: 'bob', askedOf: 'alice', answeredBy: 'alice', answer: 'On Tuesday.' },
    ]);
    expect(await vote(system.stack, token, id, 'approve')).toMatchObject({ status: 200 });
    expect((await statusOf(system.stack, id, 20)).status).toBe('released');
    expect((await alice.get(answerLink)).html).toContain('The request is decided');

    for (const topic of ['question.asked', 'question.answered'])
      await ledgerHas(system.stack, topic, { topic, requestId: id }, ({ length }) => length === 1);
    const trail = await call<{ events: { what: string }[] }>(`${system.stack.urls.audit}/v1/requests/${id}`, {
      headers: bearer(system.stack.credentials.ledgerReaderKey),
    });
    expect(trail.body.events.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^asks alice: Is it rehearsed\?; the clock stands until/),
        expect.stringMatching(/^answers: On Tuesday\./),
      ]),
    );

    await waitUntil(
      'the webhook is told of the end',
      () => toldOf(id).at(-1)?.type === 'approval.closed',
      20_000,
    );
    const types = toldOf(id).map(({ type }) => type);
    expect(types[0]).toBe('approval.opened');
    expect(new Set(types.slice(1, -1))).toEqual(new Set(['approval.changed']));
    const later = Date.parse(toldOf(id)[1]?.deadline ?? '') - Date.parse(toldOf(id)[0]?.deadline ?? '');
    expect(later).toBeGreaterThan(0);
    expect(later).toBeLessThanOrEqual(2 * HOUR_MS);
    for (const { text } of toldOf(id)) expect(text).not.toMatch(/\/review\/|\/answer\//);
  });

  it('a producer is told by webhook what becomes of its requests, by the example that checks signatures', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/tollgate?key=very-secret`;
    const set = await system.tollgate(
      ...['producers', 'webhook', 'ci-bot', '--url', url, '--changes', '--json'],
    );
    expect(set).toMatchObject({ code: 0 });
    const { secret }: { secret: string } = JSON.parse(set.out);
    const described = await call<{ paths: Record<string, Record<string, unknown>> }>(
      `${system.stack.urls.intake}/openapi.json`,
    );
    const webhookPath = '/v1/producers/{name}/webhook';
    expect(described.body.paths).toMatchObject({
      [webhookPath]: { get: {}, put: {}, delete: {} },
      [`${webhookPath}/secret`]: { post: {} },
      [`${webhookPath}/test`]: { post: {} },
      '/v1/webhooks': { get: {} },
      '/v1/webhooks/{requestId}': { get: {} },
      '/v1/webhooks/retry': { post: {} },
    });
    expect(JSON.stringify(described.body.paths[webhookPath]?.['put'])).toContain('"changes"');
    // Not there yet: what ends meanwhile is told later.
    expect(await system.tollgate('producers', 'webhook', 'ci-bot', '--test')).toMatchObject({
      code: 1,
      err: expect.stringContaining('ECONNREFUSED'),
    });
    const denied = await submit(system.stack, {
      ...{ action: 'no_such_action', environment: 'production', riskLevel: 'low' },
      ...{ target: {}, parameters: {}, reason: 'A test of webhooks' },
    });
    expect((await statusOf(system.stack, denied.body.id, 20)).status).toBe('denied');
    await waitUntil(
      'it could not be told',
      async () => (await system.tollgate('webhooks', 'show', denied.body.id)).out.includes('ECONNREFUSED'),
      20_000,
    );
    producersReceiver = await startExampleReceiver({ secret, port });
    const { lines } = producersReceiver;
    expect(await system.tollgate('producers', 'webhook', 'ci-bot', '--test')).toMatchObject({ code: 0 });
    expect(lines()).toEqual([expect.stringMatching(/^msg_\S+ webhook\.test$/)]);

    const { body } = await submit(system.stack, {
      ...{ action: 'deploy_prod', environment: 'production', riskLevel: 'low' },
      ...{ target: { service: 'checkout', region: 'eu-west' }, parameters: {}, reason: 'A test of webhooks' },
    });
    const has = (line: string) => () => lines().filter((each) => each.endsWith(line)).length === 1;
    await waitUntil('it is told that people are asked', has(`request.pending ${body.id} pending`), 20_000);
    const token = await tokenOf(system.stack, 'dave');
    await waitUntil(
      'the vote is taken',
      async () => (await vote(system.stack, token, body.id, 'approve')).status === 200,
      20_000,
    );
    await waitUntil('it is told of the release', has(`request.released ${body.id} released`), 20_000);
    await waitUntil(
      'it is told of what ended before',
      has(`request.denied ${denied.body.id} denied`),
      20_000,
    );
    expect(await system.tollgate('webhooks', 'list')).toMatchObject({
      code: 0,
      out: 'Nothing was given up.\n',
    });
    const shown = await system.tollgate('webhooks', 'show', denied.body.id);
    expect(shown.out).toMatch(/state +sent\n +attempts +[2-9]/);
    const logs = await system.tollgate('producers', 'webhook', 'ci-bot');
    expect(logs.out).not.toMatch(/very-secret|whsec_/);
    expect(await system.tollgate('producers', 'webhook', 'ci-bot', '--remove')).toMatchObject({ code: 0 });
  });

  it('an operator has the link sent again', async () => {
    const { body } = await submit(system.stack, {
      ...{ action: 'deploy_prod', environment: 'production', riskLevel: 'medium' },
      ...{
        target: { service: 'checkout', region: 'eu-west' },
        parameters: {},
        reason: 'A test of resending',
      },
    });
    const first = await mailOf('carol@example.test', body.id, 'asked');
    let out = '';
    await waitUntil(
      'the first mail is settled, and a second one is queued',
      async () => {
        ({ out } = await system.tollgate('approvals', 'resend', body.id, '--person', 'carol'));
        return out.includes('carol gets the mail again');
      },
      20_000,
    );
    const again = await mailOf('carol@example.test', body.id, 'asked-1');
    expect(reviewLink(again)).toBe(reviewLink(first));
    await ledgerHas(
      system.stack,
      'both mails',
      { topic: 'approver.notified', requestId: body.id },
      ({ length }) => length === 2,
    );
    const refused = await system.tollgate('approvals', 'resend', body.id, '--person', 'bob');
    expect(refused).toMatchObject({ code: 64, err: expect.stringContaining('is not asked now') });
  });
});
