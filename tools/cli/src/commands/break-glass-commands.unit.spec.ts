import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runTollgate } from '../testing/run-tollgate.js';

const REVIEW = {
  ...{ id: '3f0e2f6b-7b1f-5c53-9a04-2f8f8f3d6c11', state: 'overdue', action: 'deploy_prod' },
  ...{ request: '018f6b1e-7a4c-7cc0-8000-000000000042', environment: 'production', person: 'dave' },
  ...{ justification: 'checkout is down\u001b[2J', openedAt: '2026-11-20T14:00:00.000Z' },
  dueAt: '2026-11-21T14:00:00.000Z',
};

describe('the command line on broken glass', () => {
  let folder: string;
  let intake: Server;
  let url: string;
  let answers: { status: number; body: unknown }[];
  let calls: { path: string | undefined; headers: IncomingHttpHeaders; body: string }[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-break-glass-'));
    writeFileSync(join(folder, 'request.json'), JSON.stringify({ action: 'deploy_prod' }));
    calls = [];
    answers = [];
    intake = createServer((request, response) => {
      void (async () => {
        calls.push({ path: request.url, headers: request.headers, body: await text(request) });
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
    runTollgate(
      folder,
      {
        TOLLGATE_INTAKE_URL: url,
        TOLLGATE_OPERATOR_KEY: 'operator-key',
        TOLLGATE_API_KEY: 'producer-key',
      },
      args,
    );
  const submit = (...args: string[]) => tollgate('request', 'submit', join(folder, 'request.json'), ...args);

  it('lists reviews, overdue ones among them, and runs nothing that hides in their words', async () => {
    answers = [{ status: 200, body: { items: [REVIEW] } }];
    const { code, out } = await tollgate('break-glass', 'reviews', '--state', 'overdue');
    expect(code).toBe(0);
    expect(calls).toMatchObject([
      {
        path: '/v1/break-glass/reviews?state=overdue',
        headers: { authorization: 'Bearer operator-key' },
      },
    ]);
    expect(out).toContain('overdue  deploy_prod in production, by dave on 2026-11-20');
    expect(out).toContain('due 2026-11-21');
    expect(out).toContain(REVIEW.request);
    expect(out).toContain('checkout is down');
    expect(out).not.toContain('\u001b');
  });

  it('says where there is none, and gives JSON', async () => {
    answers = [
      { status: 200, body: { items: [] } },
      { status: 200, body: { items: [REVIEW] } },
    ];
    expect((await tollgate('break-glass', 'reviews')).out).toContain('There is none.');
    expect(JSON.parse((await tollgate('break-glass', 'reviews', '--json')).out)).toEqual({ items: [REVIEW] });
  });

  it('knows no other states', async () => {
    expect((await tollgate('break-glass', 'reviews', '--state', 'lost')).code).toBe(64);
    expect(calls).toEqual([]);
  });

  it('breaks the glass with the token of a person beside the key of the producer', async () => {
    answers = [{ status: 403, body: { title: 'no', status: 403 } }];
    await submit('--break-glass', 'checkout is down', '--person-token', 'a.b.c');
    expect(calls[0]?.headers).toMatchObject({
      authorization: 'Bearer producer-key',
      'tollgate-person': 'Bearer a.b.c',
    });
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
      action: 'deploy_prod',
      breakGlass: { justification: 'checkout is down' },
    });
  });

  it.each([[['--break-glass', 'why']], [['--person-token', 'a.b.c']]])(
    'refuses %s alone, and sends nothing',
    async (args) => {
      const { code, err } = await submit(...args);
      expect(code).toBe(64);
      expect(err).toContain('--break-glass and --person-token go together');
      expect(calls).toEqual([]);
    },
  );
});
