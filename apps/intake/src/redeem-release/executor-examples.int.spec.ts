import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { workspaceFolder } from '@tollgate/servers';
import { redeem } from '../testing/redeemer.js';
import { type MadeRelease, type ReleaseChanges, ReleaseMaker } from '../testing/release-maker.js';
import { type TestIntake } from '../testing/test-intake.js';
import { PUBLIC_URL, TestSystem } from '../testing/test-system.js';

jest.setTimeout(120_000);

const examples = join(workspaceFolder(), 'examples');
const ACTED = 'the action is done';
const REFUSED = 1;
const UNKNOWN = 75;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Hands calls on; of a redemption it can lose the answer. */
class LossyGateway {
  readonly #server: Server;
  loses = 0;

  constructor(private readonly target: () => string) {
    this.#server = createServer((request, response) => {
      void (async () => {
        const given = request.method === 'POST' ? { body: await text(request) } : {};
        const {
          host: _host,
          'content-length': _length,
          connection: _connection,
          ...headers
        } = request.headers;
        const answer = await fetch(`${this.target()}${request.url ?? ''}`, {
          method: request.method ?? 'GET',
          headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
          ...given,
        });
        const body = await answer.text();
        if (request.method === 'POST' && this.loses > 0) {
          this.loses -= 1;
          response.writeHead(502).end();
        } else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
      })();
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

describe.each([
  ['executor.ts', [process.execPath, '--disable-warning=ExperimentalWarning', join(examples, 'executor.ts')]],
  ['executor.sh', ['sh', join(examples, 'executor.sh')]],
] as const)('the example %s', (name, [program, ...first]) => {
  let system: TestSystem;
  let intake: TestIntake;
  let gateway: LossyGateway;
  let maker: ReleaseMaker;
  let executor: string;
  let made = 0;

  const run = async (
    { token, request }: Pick<MadeRelease, 'token' | 'request'>,
    environment: Record<string, string> = {},
    changes: object = {},
  ): Promise<Ran> => {
    const file = system.file(`action-${(made += 1)}.json`);
    writeFileSync(file, JSON.stringify({ ...request, ...changes }));
    const child = spawn(program, [...first, file, 'echo', ACTED], {
      env: {
        PATH: process.env['PATH'],
        TOLLGATE_INTAKE_URL: gateway.url,
        TOLLGATE_ISSUER: PUBLIC_URL,
        TOLLGATE_API_KEY: executor,
        TOLLGATE_AUDIENCE: 'ci-bot',
        RELEASE_TOKEN: token,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: child.exitCode, out, err };
  };
  const acted = { code: 0, out: `${ACTED}\n` };
  const refused = { code: REFUSED, out: '' };
  const release = (changes?: ReleaseChanges) => maker.release(changes);
  const stateOf = async (id: string) => (await maker.shown(id)).state;

  beforeAll(async () => {
    system = await TestSystem.create(name.replace('.', '_'));
    intake = await system.start();
    gateway = new LossyGateway(() => intake.url);
    await gateway.start();
    maker = new ReleaseMaker(system, intake, await system.producer(intake, 'ci-bot', 'alice'));
    executor = await maker.createKey('ci-bot', { scopes: ['releases:redeem'] });
  });
  afterAll(async () => {
    await gateway.stop();
    await system.destroy();
  });

  it('acts on what was approved, once', async () => {
    const given = await release();
    const done = await run(given);
    expect(done).toMatchObject(acted);
    expect(`${done.out}${done.err}`).not.toContain(executor);
    const again = await run(given);
    expect(again).toMatchObject(refused);
    expect(again.err).toContain('release-used');
  });

  it.each<[string, object]>([
    ['altered parameters', { parameters: { version: '6.6.6', replicas: 3 } }],
    ['another target', { target: { service: 'billing', region: 'eu-west' } }],
    ['another environment', { environment: 'staging' }],
  ])('refuses %s, and the release stays unused', async (_name, changes) => {
    const given = await release();
    expect(await run(given, {}, changes)).toMatchObject(refused);
    expect(await stateOf(given.request.id)).toBe('unused');
  });

  it('refuses a release that has expired', async () => {
    const given = await release({ decision: { decidedAt: '2026-11-01T00:00:00.000Z' } });
    expect(await run(given)).toMatchObject(refused);
  });

  it('refuses a release that was revoked', async () => {
    const given = await release();
    await intake.call(`/v1/releases/${given.id}/revoke`, { key: maker.key, method: 'POST' });
    const ran = await run(given);
    expect(ran).toMatchObject(refused);
    expect(ran.err).toContain('release-revoked');
  });

  it('refuses a release for another audience, also where it thinks that it is that one', async () => {
    const given = await release({ route: { executor: 'deployer' } });
    expect(await run(given)).toMatchObject(refused);
    const mistaken = await run(given, { TOLLGATE_AUDIENCE: 'ci-bot/deployer' });
    expect(mistaken).toMatchObject(refused);
    expect(mistaken.err).toContain('forbidden');
    const key = await maker.createKey('ci-bot', { executor: 'deployer' });
    expect(await run(given, { TOLLGATE_AUDIENCE: 'ci-bot/deployer', TOLLGATE_API_KEY: key })).toMatchObject(
      acted,
    );
  });

  it('refuses a token that was altered', async () => {
    const given = await release();
    const [header, claims = '', signature] = given.token.split('.');
    const longer = Buffer.from(claims, 'base64url')
      .toString()
      .replace(/"exp":\d+/, '"exp":99999999999');
    const token = [header, Buffer.from(longer).toString('base64url'), signature].join('.');
    expect(await run({ ...given, token })).toMatchObject(refused);
    expect(await stateOf(given.request.id)).toBe('unused');
  });

  it('acts after an answer was lost, by asking again with the same key', async () => {
    const given = await release();
    gateway.loses = 1;
    expect(await run(given)).toMatchObject(acted);
  });

  it('does nothing while nobody answers, and acts later with the key that it had printed', async () => {
    const given = await release();
    gateway.loses = 1000;
    const lost = await run(given);
    gateway.loses = 0;
    expect(lost).toMatchObject({ code: UNKNOWN, out: '' });
    const [, key = ''] = /REDEMPTION_KEY=(\S+)/.exec(lost.err) ?? [];
    expect(await run(given)).toMatchObject(refused);
    expect(await run(given, { REDEMPTION_KEY: key })).toMatchObject(acted);
    expect(await redeem(intake, executor, given.token)).toMatchObject({ status: 409 });
  });
});
