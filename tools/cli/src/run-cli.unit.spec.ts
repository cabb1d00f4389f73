import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './run-cli.js';
import { type FakeIntake, startFakeIntake } from './testing/fake-intake.js';
import { ACCEPTED, ASKED, decidedByErin, RELEASE } from './testing/status-documents.js';

let intake: FakeIntake;
let folder: string;
let file: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-cli-'));
  file = join(folder, 'request.json');
  writeFileSync(file, JSON.stringify({ action: 'deploy_prod' }));
  intake = await startFakeIntake(ASKED);
});
afterEach(async () => {
  await intake.stop();
  rmSync(folder, { recursive: true });
});

async function tollgate(
  args: string[],
  more: { environment?: Record<string, string>; interrupted?: AbortSignal } = {},
) {
  const text = { out: '', err: '' };
  const environment = {
    TOLLGATE_INTAKE_URL: intake.url,
    TOLLGATE_API_KEY: 'producer-key',
    TOLLGATE_OPERATOR_KEY: 'operator-key',
    TOLLGATE_MAILBOX_URL: 'http://mailbox.test',
    ...more.environment,
  };
  const code = await runCli({
    args,
    environment,
    folder,
    out: { write: (part) => (text.out += part) },
    err: { write: (part) => (text.err += part) },
    interrupted: more.interrupted ?? new AbortController().signal,
    now: () => new Date(),
  });
  return { code, ...text };
}

describe('request submit', () => {
  it('waits for the person and ends with the release', async () => {
    intake.onHeld = () =>
      intake.change({ status: 'released', decision: decidedByErin('approve', 'go'), release: RELEASE });
    const { code, out } = await tollgate(['request', 'submit', file, '--wait']);
    expect(code).toBe(0);
    for (const part of [
      ASKED.id,
      'erin (role:cto)',
      'http://mailbox.test',
      'approved by erin: “go”',
      'aaa.bbb.ccc',
    ]) {
      expect(out).toContain(part);
    }
  });

  it('tells who is asked as soon as it is known', async () => {
    await intake.stop();
    intake = await startFakeIntake(ACCEPTED);
    const waiting = tollgate(['request', 'submit', file, '--wait']);
    intake.onHeld = () => intake.change({ status: 'denied', decision: decidedByErin('deny', 'no') });
    intake.change({ asked: ASKED.asked });
    const { code, out } = await waiting;
    expect(code).toBe(10);
    expect(out.match(/asked/g)).toHaveLength(1);
    expect(out.indexOf('erin (role:cto)')).toBeLessThan(out.indexOf('Denied.'));
  });

  it('sends the file as it is, the key of the producer and the key of the request', async () => {
    await tollgate(['request', 'submit', file, '--key', 'build-7']);
    const [call] = intake.calls;
    expect(call).toMatchObject({ method: 'POST', path: '/v1/requests', body: { action: 'deploy_prod' } });
    expect(call?.headers).toMatchObject({
      authorization: 'Bearer producer-key',
      'idempotency-key': 'build-7',
    });
  });

  it('makes a new key for each request and shows it', async () => {
    const { out } = await tollgate(['request', 'submit', file]);
    const again = await tollgate(['request', 'submit', file]);
    const keys = intake.calls
      .filter(({ method }) => method === 'POST')
      .map(({ headers }) => String(headers['idempotency-key']));
    expect(new Set(keys).size).toBe(2);
    expect(out).toContain(keys[0]);
    expect(again.out).toContain(keys[1]);
  });

  it('without --wait says that it is pending, also by its exit code', async () => {
    const { code, out } = await tollgate(['request', 'submit', file]);
    expect(code).toBe(75);
    expect(out).toContain('status      pending');
  });

  it('gives one JSON document and no other word with --json', async () => {
    intake.onHeld = () => intake.change({ status: 'released', release: RELEASE });
    const { code, out, err } = await tollgate(['request', 'submit', file, '--wait', '--json', '--key', 'k']);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({
      id: ASKED.id,
      status: 'released',
      idempotencyKey: 'k',
      release: RELEASE,
    });
  });

  it('names the field that intake refuses', async () => {
    intake.refuse({
      status: 422,
      title: 'The input does not fit',
      errors: [{ pointer: '/riskLevel', detail: 'is missing' }],
    });
    const { code, err } = await tollgate(['request', 'submit', file]);
    expect(code).toBe(64);
    expect(err).toContain('/riskLevel is missing');
  });

  it.each([
    ['a file that is not there', 'nowhere.json', 'nowhere.json cannot be read'],
    ['a file that is not JSON', 'broken.json', 'is not JSON'],
  ])('refuses %s', async (_name, name, message) => {
    writeFileSync(join(folder, 'broken.json'), '{');
    const { code, err } = await tollgate(['request', 'submit', join(folder, name)]);
    expect(code).toBe(64);
    expect(err).toContain(message);
    expect(intake.calls).toEqual([]);
  });

  it('says that intake is not reachable', async () => {
    await intake.stop();
    const { code, err } = await tollgate(['request', 'submit', file]);
    expect(code).toBe(69);
    expect(err).toContain(`intake is not reachable at ${intake.url}`);
  });

  it('says how to get an API key where there is none', async () => {
    const { code, err } = await tollgate(['request', 'submit', file], {
      environment: { TOLLGATE_API_KEY: '' },
    });
    expect(code).toBe(64);
    expect(err).toContain('TOLLGATE_API_KEY');
  });
});

describe('request wait', () => {
  it('ends after the time given, with the request still pending', async () => {
    intake.onHeld = () => intake.endWaits('answer');
    const { code, out } = await tollgate(['request', 'wait', ASKED.id, '1ms']);
    expect(code).toBe(75);
    expect(out).toContain('Still pending');
  });

  it('goes on where intake was away for a moment', async () => {
    intake.onHeld = () => {
      intake.onHeld = () => intake.change({ status: 'cancelled' });
      intake.refuse('cut', 2);
      intake.endWaits('cut');
    };
    const { code } = await tollgate(['request', 'wait', ASKED.id]);
    expect(intake.calls.length).toBeGreaterThanOrEqual(5);
    expect(code).toBe(12);
  });

  it('ends with Ctrl-C, and says that the request goes on', async () => {
    const interruption = new AbortController();
    intake.onHeld = () => interruption.abort();
    const { code, err } = await tollgate(['request', 'wait', ASKED.id], { interrupted: interruption.signal });
    expect(code).toBe(130);
    expect(err).toContain(`tollgate request wait ${ASKED.id}`);
  });

  it('does not wait for a request that is unknown', async () => {
    intake.refuse({ status: 404, title: 'Not found' });
    const { code, err } = await tollgate(['request', 'wait', ASKED.id]);
    expect(code).toBe(1);
    expect(err).toContain('Not found');
  });
});

describe('request show and withdraw', () => {
  it('show ends with the status as exit code', async () => {
    intake.change({ status: 'blocked' });
    expect((await tollgate(['request', 'show', ASKED.id])).code).toBe(11);
  });

  it('withdraw ends as cancelled', async () => {
    const { code, out } = await tollgate(['request', 'withdraw', ASKED.id, '--reason', 'wrong version']);
    expect(code).toBe(12);
    expect(out).toContain('Cancelled.');
    expect(intake.calls[0]).toMatchObject({
      path: `/v1/requests/${ASKED.id}/withdraw`,
      body: { reason: 'wrong version' },
    });
  });

  it('withdraw says that it is too late', async () => {
    intake.refuse({ status: 409, title: 'Too late', detail: 'The request is released.' });
    const { code, err } = await tollgate(['request', 'withdraw', ASKED.id]);
    expect(code).toBe(1);
    expect(err).toContain('The request is released.');
  });

  it('an answer that is no status document is refused', async () => {
    intake.refuse({ status: 200 });
    const { code, err } = await tollgate(['request', 'show', ASKED.id]);
    expect(code).toBe(1);
    expect(err).toContain('not valid');
  });
});

describe('usage', () => {
  it.each([
    [[]],
    [['nonsense']],
    [['request']],
    [['request', 'submit']],
    [['request', 'submit', 'x.json', '--wait', 'soon']],
    [['request', 'submit', 'x.json', '--nonsense']],
    [['request', 'show', 'a', 'b']],
    [['producers', 'add', 'ci-two']],
    [['dead-letters', 'list', '--service', 'nobody']],
  ])('%j is refused with 64', async (args) => {
    expect((await tollgate(args)).code).toBe(64);
  });

  it('help is no fault', async () => {
    const { code, out } = await tollgate(['request', '--help']);
    expect(code).toBe(0);
    expect(out).toContain('submit');
  });
});

it('producers add shows the key this once, and asks as an operator', async () => {
  intake.refuse({ status: 201, producer: 'ci-two', key: 'tg_shown_once', topic: 'request.inbound.ci-two' });
  const { code, out } = await tollgate(['producers', 'add', 'ci-two', '--owner', 'alice']);
  expect(code).toBe(0);
  expect(out).toContain('tg_shown_once');
  expect(out).toContain('request.inbound.ci-two');
  expect(intake.calls[0]).toMatchObject({ path: '/v1/producers', body: { name: 'ci-two', owner: 'alice' } });
  expect(intake.calls[0]?.headers.authorization).toBe('Bearer operator-key');
});

it('keys create names the scopes', async () => {
  intake.refuse({ status: 201, key: 'tg_second' });
  const { code, out } = await tollgate([
    'keys',
    'create',
    'ci-two',
    '--scope',
    'requests:read',
    '--scope',
    'releases:redeem',
  ]);
  expect(code).toBe(0);
  expect(out).toContain('tg_second');
  expect(intake.calls[0]).toMatchObject({
    path: '/v1/producers/ci-two/keys',
    body: { scopes: ['requests:read', 'releases:redeem'] },
  });
});
