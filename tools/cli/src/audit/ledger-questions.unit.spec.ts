import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTollgate } from '../testing/run-tollgate.js';

let folder: string;
let server: Server;
let paths: string[];
let answer: { readonly status: number; readonly type: string; readonly body: string };
const json = (document: object, status = 200) => ({
  status,
  type: status === 200 ? 'application/json' : 'application/problem+json',
  body: JSON.stringify(document),
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-questions-'));
  paths = [];
  server = createServer((request, response) => {
    paths.push(request.url ?? '');
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(folder, { recursive: true });
});

const audit = (...args: string[]) =>
  runTollgate(
    folder,
    {
      TOLLGATE_AUDIT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      TOLLGATE_READER_KEY: 'a-reader',
    },
    ['audit', ...args],
  );

const RULE = { rule: 'one-release', says: 'a request is released at most once', violations: 0, first: [] };
const INVARIANTS = { holds: true, checked: 30, requests: 5, checkpoint: { size: 30 }, rules: [RULE] };

describe('audit invariants', () => {
  it('names each rule, and ends with 0 where all hold', async () => {
    answer = json(INVARIANTS);
    const { code, out } = await audit('invariants', '--from', '2026-11-01T00:00:00Z');
    expect(code).toBe(0);
    expect(out).toContain('holds   one-release: a request is released at most once');
    expect(out).toContain('1 rules over 5 requests in 30 records, up to the checkpoint of 30.');
    expect(paths).toEqual(['/v1/invariants?from=2026-11-01T00%3A00%3A00Z']);
  });

  it('names request and record of each violation, and ends with 1', async () => {
    const first = [{ requestId: 'r-1', seq: 7, detail: 'it was released twice' }];
    answer = json({ ...INVARIANTS, holds: false, rules: [{ ...RULE, violations: 3, first }] });
    const { code, out } = await audit('invariants');
    expect(code).toBe(1);
    expect(out).toContain('broken  one-release');
    expect(out).toContain('it was released twice (request r-1, record 7)');
    expect(out).toContain('and 2 more');
  });

  it.each([
    ['another document', json({ holds: true })],
    ['a list', json([])],
  ])('takes %s for no answer', async (_, given) => {
    answer = given;
    expect(await audit('invariants')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('audit answered'),
    });
  });
});

const REPORT = {
  says: 'What was decided.',
  columns: ['requestId', 'seconds'],
  rows: [{ requestId: 'r-1', seconds: 2.5 }],
  population: { records: 1, unreadable: 0 },
  checkpoint: { size: 30 },
};

describe('audit report', () => {
  it('shows a table with its population and its checkpoint', async () => {
    answer = json(REPORT);
    const { code, out } = await audit('report', 'decisions', '--to', '2026-12-01');
    expect(code).toBe(0);
    expect(out).toContain('requestId  seconds\nr-1            2.5\n');
    expect(out).toContain('1 rows from 1 records, up to the checkpoint of 30.');
    expect(paths).toEqual(['/v1/reports/decisions?to=2026-12-01']);
  });

  it('gives CSV as it comes', async () => {
    answer = { status: 200, type: 'text/csv', body: '"requestId"\r\n"r-1"\r\n' };
    expect(await audit('report', 'decisions', '--csv')).toMatchObject({
      code: 0,
      out: '"requestId"\r\n"r-1"\n',
    });
    expect(paths).toEqual(['/v1/reports/decisions?format=csv']);
  });

  it('passes on what audit says of a report that there is not', async () => {
    answer = json({ title: 'Not found', status: 404, detail: 'There is no such report.' }, 404);
    const { code, err } = await audit('report', 'secrets');
    expect(code).toBe(1);
    expect(err).toContain('There is no such report.');
  });
});
