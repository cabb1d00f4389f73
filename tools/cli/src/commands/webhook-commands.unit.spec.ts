import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runTollgate } from '../testing/run-tollgate.js';

const ID = '3f0e2f6b-7b1f-5c53-9a04-2f8f8f3d6c11';
const MESSAGE = {
  ...{ requestId: ID, webhookId: 'msg_1', producer: 'ci-bot', type: 'request.denied', state: 'given-up' },
  ...{ attempts: 10, queuedAt: '2026-11-22T14:00:00.000Z', endedAt: '2026-11-23T06:00:00.000Z' },
  failure: 'the receiver answered 500\u001b[2J',
};

describe('webhooks of producers', () => {
  let folder: string;
  let intake: Server;
  let url: string;
  let answers: { status: number; body: unknown }[];
  let calls: unknown[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-webhooks-'));
    calls = [];
    answers = [];
    intake = createServer((request, response) => {
      void (async () => {
        const given = await text(request);
        const { method, url: path, headers } = request;
        expect(headers.authorization).toBe('Bearer operator-key');
        calls.push([method, path, ...(given === '' ? [] : [JSON.parse(given)])]);
        const { status, body } = answers.shift() ?? { status: 500, body: {} };
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      })();
    });
    await new Promise<void>((resolve) => intake.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(intake.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await new Promise<void>((resolve) => intake.close(() => resolve()));
    rmSync(folder, { recursive: true });
  });

  const tollgate = (...args: string[]) =>
    runTollgate(folder, { TOLLGATE_INTAKE_URL: url, TOLLGATE_OPERATOR_KEY: 'operator-key' }, args);

  it('are registered, and show their secret once', async () => {
    answers = [{ status: 201, body: { producer: 'ci-bot', secret: 'whsec_x' } }];
    const { code, out } = await tollgate(
      'producers',
      'webhook',
      'ci-bot',
      '--url',
      'https://hook.example.com/?k=v',
    );
    expect(code).toBe(0);
    expect(calls).toEqual([
      ['PUT', '/v1/producers/ci-bot/webhook', { url: 'https://hook.example.com/?k=v', changes: false }],
    ]);
    expect(out).toContain('whsec_x');
    expect(out).not.toContain('hook.example.com');
    answers = [{ status: 200, body: { producer: 'ci-bot', changes: true } }];
    expect(
      (await tollgate('producers', 'webhook', 'ci-bot', '--url', 'https://other.example.com/')).out,
    ).toContain('the secret stays');
  });

  it('are shown, get another secret, and end', async () => {
    answers = [
      {
        status: 200,
        body: {
          ...{ producer: 'ci-bot', url: 'https://hook.example.com/?…', setBy: 'operator' },
          ...{ setAt: '2026-11-22T14:00:00.000Z', waiting: 3, givenUp: 0 },
        },
      },
      {
        status: 201,
        body: { producer: 'ci-bot', secret: 'whsec_y', previousSecretUntil: '2026-11-23T14:00:00.000Z' },
      },
      { status: 200, body: { producer: 'ci-bot' } },
    ];
    expect((await tollgate('producers', 'webhook', 'ci-bot')).out).toMatch(/waiting +3\n +given up +0/);
    const renewed = await tollgate('producers', 'webhook', 'ci-bot', '--new-secret');
    expect(renewed.out).toContain('whsec_y');
    expect(renewed.out).toContain('2026-11-23 14:00:00 UTC');
    expect((await tollgate('producers', 'webhook', 'ci-bot', '--remove')).code).toBe(0);
    const path = '/v1/producers/ci-bot/webhook';
    expect(calls).toEqual([
      ['GET', path],
      ['POST', `${path}/secret`],
      ['DELETE', path],
    ]);
    const both = await tollgate('producers', 'webhook', 'ci-bot', '--remove', '--url', 'https://x.example');
    expect(both.code).toBe(64);
    expect(calls).toHaveLength(3);
  });

  it('are told on the way as well where somebody says so', async () => {
    answers = [{ status: 200, body: { producer: 'ci-bot', changes: true } }];
    const { out } = await tollgate(
      'producers',
      'webhook',
      'ci-bot',
      '--url',
      'https://hook.example.com/',
      '--changes',
    );
    expect(calls).toMatchObject([['PUT', '/v1/producers/ci-bot/webhook', { changes: true }]]);
    expect(out).toContain('and on the way');
    expect((await tollgate('producers', 'webhook', 'ci-bot', '--changes')).code).toBe(64);
    expect(calls).toHaveLength(1);
  });

  it('are tried, and it is no success where the receiver did not take it', async () => {
    const test = { producer: 'ci-bot', webhookId: 'msg_1' };
    answers = [
      { status: 200, body: { ...test, delivered: true } },
      { status: 200, body: { ...test, delivered: false, failure: 'the receiver answered 500' } },
    ];
    expect(await tollgate('producers', 'webhook', 'ci-bot', '--test')).toMatchObject({
      code: 0,
      out: expect.stringContaining('msg_1'),
    });
    expect(await tollgate('producers', 'webhook', 'ci-bot', '--test')).toMatchObject({
      code: 1,
      err: expect.stringContaining('the receiver answered 500'),
    });
    expect(calls).toEqual([
      ['POST', '/v1/producers/ci-bot/webhook/test'],
      ['POST', '/v1/producers/ci-bot/webhook/test'],
    ]);
  });

  it('are listed where messages were given up, page by page', async () => {
    answers = [
      { status: 200, body: { items: [MESSAGE], next: 'c' } },
      { status: 200, body: { items: [{ ...MESSAGE, producer: 'other' }] } },
      { status: 200, body: { items: [] } },
    ];
    const { out } = await tollgate('webhooks', 'list');
    expect(out).toMatch(new RegExp(`${ID} +ci-bot +request.denied .*10 +the receiver answered 500`));
    expect(out).toContain('other');
    expect(out).not.toContain('\u001b');
    expect(calls).toEqual([
      ['GET', '/v1/webhooks?limit=200'],
      ['GET', '/v1/webhooks?limit=200&cursor=c'],
    ]);
    const { out: none } = await tollgate('webhooks', 'list', '--producer', 'ci-bot', '--json');
    expect(JSON.parse(none)).toEqual({ items: [] });
    expect(calls[2]).toEqual(['GET', '/v1/webhooks?limit=200&producer=ci-bot']);
  });

  it('show a message with what is sent', async () => {
    answers = [{ status: 200, body: { items: [{ ...MESSAGE, body: { type: 'request.denied' } }] } }];
    const { out } = await tollgate('webhooks', 'show', ID);
    expect(calls).toEqual([['GET', `/v1/webhooks/${ID}`]]);
    expect(out).toMatch(/webhook-id +msg_1/);
    expect(out).toContain('"type": "request.denied"');
    expect(out).not.toContain('\u001b');
  });

  it('are told again, and it is no success where there is nothing to tell', async () => {
    answers = [
      { status: 200, body: { requestIds: [ID] } },
      { status: 200, body: { requestIds: [] } },
    ];
    expect(await tollgate('webhooks', 'retry', ID, 'other')).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 of 2'),
    });
    expect(await tollgate('webhooks', 'retry', '--producer', 'ci-bot')).toMatchObject({ code: 1 });
    expect(calls).toEqual([
      ['POST', '/v1/webhooks/retry', { requestIds: [ID, 'other'] }],
      ['POST', '/v1/webhooks/retry', { producer: 'ci-bot' }],
    ]);
    for (const args of [[], [ID, '--producer', 'ci-bot']])
      expect((await tollgate('webhooks', 'retry', ...args)).code).toBe(64);
    expect(calls).toHaveLength(2);
  });
});
