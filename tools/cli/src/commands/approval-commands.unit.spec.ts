import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTollgate } from '../testing/run-tollgate.js';

interface Call {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

const REASSIGNED = {
  ...{ id: 'd-1', from: 'erin', to: 'bob', requestId: 'r-1', reason: 'in \u001b[2Jhospital' },
  ...{
    startsAt: '2026-11-01T10:00:00.000Z',
    declaredBy: 'operator',
    declaredAs: 'operator',
    state: 'in-force',
  },
};
const ABSENCE = {
  ...{ id: 'd-2', from: 'alice', to: 'carol', endsAt: '2026-11-15T00:00:00.000Z', reason: 'holiday' },
  ...{ startsAt: '2026-11-01T10:00:00.000Z', declaredBy: 'alice', declaredAs: 'person', state: 'ahead' },
};

let folder: string;
let notifier: Server;
let url: string;
let answer: { status: number; body: unknown };
const calls: Call[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-approvals-'));
  calls.length = 0;
  notifier = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      calls.push({
        method,
        path,
        authorization: headers.authorization,
        body: Buffer.concat(chunks).toString(),
      });
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => notifier.listen(0, '127.0.0.1', resolve));
  const { port } = notifier.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
});
afterEach(async () => {
  await new Promise<void>((resolve) => notifier.close(() => resolve()));
  rmSync(folder, { recursive: true });
});

const tollgate = (...args: string[]) =>
  runTollgate(folder, { TOLLGATE_NOTIFIER_URL: url, TOLLGATE_OPERATOR_KEY: 'operator-key' }, args);
const reassign = (...more: string[]) =>
  tollgate(
    'approvals',
    'reassign',
    'r-1',
    '--from',
    'erin',
    '--to',
    'bob',
    '--reason',
    'in hospital',
    ...more,
  );

describe('approvals reassign', () => {
  it('says who answers for whom', async () => {
    answer = { status: 201, body: REASSIGNED };
    const { code, out } = await reassign();
    expect(code).toBe(0);
    expect(out).toContain('bob is asked for erin on request r-1');
    expect(calls).toMatchObject([
      { method: 'POST', path: '/v1/approvals/r-1/reassign', authorization: 'Bearer operator-key' },
    ]);
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ from: 'erin', to: 'bob', reason: 'in hospital' });
  });

  it('gives the delegation as JSON', async () => {
    answer = { status: 201, body: REASSIGNED };
    expect(JSON.parse((await reassign('--json')).out)).toEqual(REASSIGNED);
  });

  it('says what the notifier refuses, with the field', async () => {
    answer = {
      status: 422,
      body: {
        title: 'No',
        detail: 'It does not fit.',
        errors: [{ pointer: '/to', detail: 'is the requester' }],
      },
    };
    const { code, err } = await reassign();
    expect(code).toBe(64);
    expect(err).toMatch(/\/to.*is the requester/s);
  });

  it('wants a reason', async () => {
    expect(await tollgate('approvals', 'reassign', 'r-1', '--from', 'erin', '--to', 'bob')).toMatchObject({
      code: 64,
    });
    expect(calls).toEqual([]);
  });
});

describe('approvals resend', () => {
  it('says what becomes of it for each person', async () => {
    answer = {
      status: 200,
      body: {
        requestId: 'r-1',
        mails: [
          { person: 'erin', state: 'queued' },
          { person: 'b\u001b[2Job', state: 'under-way' },
        ],
      },
    };
    const { code, out } = await tollgate('approvals', 'resend', 'r-1');
    expect(code).toBe(0);
    expect(out).toBe('erin gets the mail again.\nb\\u{1b}[2Job has a mail under way already.\n');
    expect(calls).toMatchObject([
      { method: 'POST', path: '/v1/approvals/r-1/resend', authorization: 'Bearer operator-key', body: '{}' },
    ]);
  });

  it('asks for one person alone', async () => {
    answer = { status: 200, body: { requestId: 'r-1', mails: [] } };
    const { out } = await tollgate('approvals', 'resend', 'r-1', '--person', 'erin');
    expect(out).toBe('Everybody who is asked has answered: nobody gets a mail.\n');
    expect(calls[0]?.body).toBe('{"person":"erin"}');
  });

  it('says what the notifier refuses', async () => {
    answer = { status: 409, body: { title: 'The request is decided', detail: 'Nobody is asked any more.' } };
    const { code, err } = await tollgate('approvals', 'resend', 'r-1');
    expect(code).toBe(1);
    expect(err).toContain('Nobody is asked any more.');
  });
});

describe('delegations list', () => {
  it('shows who stands for whom, until when or on which request, and no control characters', async () => {
    answer = { status: 200, body: { items: [REASSIGNED, ABSENCE] } };
    const { code, out } = await tollgate('delegations', 'list');
    expect(code).toBe(0);
    expect(out).toMatch(
      /in-force\s+erin\s+bob\s+2026-11-01T10:00:00.000Z\s+request r-1\s+operator\s+in \\u\{1b\}\[2Jhospital/,
    );
    expect(out).toMatch(/ahead\s+alice\s+carol\s+\S+\s+until 2026-11-15T00:00:00.000Z\s+alice\s+holiday/);
  });

  it('says that there are none', async () => {
    answer = { status: 200, body: { items: [] } };
    expect((await tollgate('delegations', 'list')).out).toBe('Nobody stands for anybody.\n');
  });
});
