import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runTollgate } from '../testing/run-tollgate.js';

interface Call {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly key: unknown;
  readonly body: unknown;
}

const RELEASE = {
  id: 'r-1',
  requestId: 'q-1',
  state: 'unused',
  audience: 'ci-bot/deployer',
  contentHash: 'f'.repeat(64),
  releasedAt: '2026-11-22T14:00:00.000Z',
  expiresAt: '2026-11-22T14:15:00.000Z',
};
const REVOKED = {
  ...RELEASE,
  ...{ state: 'revoked', endedBy: 'operator', endedAt: '2026-11-22T14:05:00.000Z', reason: 'a\u001b[2J bug' },
};

describe('releases', () => {
  let folder: string;
  let intake: Server;
  let url: string;
  let answer: { status: number; body: unknown };
  let calls: Call[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-releases-'));
    calls = [];
    intake = createServer((request, response) => {
      void (async () => {
        const { method, url: path, headers } = request;
        const given = await text(request);
        calls.push({
          method,
          path,
          authorization: headers.authorization,
          key: headers['idempotency-key'],
          body: given === '' ? undefined : JSON.parse(given),
        });
        response
          .writeHead(answer.status, { 'content-type': 'application/json' })
          .end(JSON.stringify(answer.body));
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
      { TOLLGATE_INTAKE_URL: url, TOLLGATE_API_KEY: 'executor-key', TOLLGATE_OPERATOR_KEY: 'operator-key' },
      args,
    );

  it('redeem uses a release for what a file says', async () => {
    const file = join(folder, 'deploy.json');
    const content = { action: 'deploy', environment: 'staging', parameters: { version: 1 } };
    writeFileSync(file, JSON.stringify({ ...content, riskLevel: 'low', reason: 'why' }));
    answer = {
      status: 200,
      body: { ...RELEASE, state: 'redeemed', redeemedAt: '2026-11-22T14:01:00.000Z', expiresAt: undefined },
    };
    const { code, out, err } = await tollgate(
      'releases',
      'redeem',
      'a.b.c',
      '--content',
      file,
      '--key',
      'k-1',
    );
    expect(code).toBe(0);
    expect(calls).toEqual([
      {
        method: 'POST',
        path: '/v1/releases/redeem',
        authorization: 'Bearer executor-key',
        key: 'k-1',
        body: { token: 'a.b.c', content: { ...content, target: {} } },
      },
    ]);
    expect(out).toContain('Release r-1: redeemed');
    expect(out).toContain('2026-11-22 14:01:00 UTC');
    expect(err).toContain('k-1');
  });

  it('redeem makes a key and says it, for who loses the answer', async () => {
    answer = { status: 503, body: { title: 'Not available now' } };
    const { code, out, err } = await tollgate('releases', 'redeem', 'a.b.c');
    expect([code, out]).toEqual([69, '']);
    expect(calls[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
    expect(err).toContain(String(calls[0]?.key));
  });

  it.each([
    [409, 'The release is used', 1],
    [410, 'The release has expired', 1],
    [403, 'A guardrail forbids it now', 1],
    [422, 'Something else was approved', 64],
  ])('redeem does not exit with 0 for a %s', async (status, title, code) => {
    answer = { status, body: { title } };
    const ran = await tollgate('releases', 'redeem', 'a.b.c');
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(title);
  });

  it('revoke takes a release back, by whose key it is told', async () => {
    answer = { status: 200, body: REVOKED };
    const { code, out } = await tollgate('releases', 'revoke', 'r/1', '--reason', 'a bug', '--operator');
    expect(code).toBe(0);
    expect(calls).toEqual([
      {
        method: 'POST',
        path: '/v1/releases/r%2F1/revoke',
        authorization: 'Bearer operator-key',
        key: undefined,
        body: { reason: 'a bug' },
      },
    ]);
    expect(out).toContain('2026-11-22 14:05:00 UTC by operator');
    expect(out).not.toContain('\u001b');
  });

  it('show says how it stands', async () => {
    answer = { status: 200, body: RELEASE };
    const { code, out } = await tollgate('releases', 'show', 'r-1', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(RELEASE);
    expect(calls).toMatchObject([
      { method: 'GET', path: '/v1/releases/r-1', authorization: 'Bearer executor-key' },
    ]);
  });

  it('keys create makes a key for an executor', async () => {
    answer = { status: 201, body: { key: 'tg_x' } };
    await tollgate('keys', 'create', 'ci-bot', '--executor', 'deployer');
    expect(calls).toMatchObject([{ path: '/v1/producers/ci-bot/keys', body: { executor: 'deployer' } }]);
  });
});
