import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type ExportRecord,
  isConsistent,
  isIncluded,
  openCheckpoint,
  parseVerifierKey,
  verifyExport,
} from '@tollgate/ledger';
import { createTestDatabase, type TestDatabase } from '@tollgate/servers';
import { type ConsistencyDocument } from '../checkpoints/checkpoints.controller.js';
import { type RequestProofDocument } from '../checkpoints/request-proof.document.js';
import { aReleasedRoad, inTopics } from '../testing/a-road.js';
import { naiveLeaves } from '../testing/naive-tree.js';
import { signAll, smallRecords, testSigner } from '../testing/test-checkpoints.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { testService, type TestService } from '../testing/test-service.js';

jest.setTimeout(60_000);

const id = randomUUID();
const roads = inTopics([aReleasedRoad({ id }), aReleasedRoad(), aReleasedRoad()]);

let database: TestDatabase;
let ledger: TestLedger;
let service: TestService;
let early: { readonly size: number; readonly root: Buffer };

beforeAll(async () => {
  database = await createTestDatabase('audit_export', LEDGER_ROLES);
  ledger = await testLedger(database);
  const { ledger: writer } = ledger.newLedger();
  await writer.record(roads);
  early = (await signAll(ledger.writer)) ?? { size: 0, root: Buffer.alloc(0) };
  await writer.record(smallRecords(700, { topic: 'policy.proposed' }));
  await writer.record(smallRecords(3, { topic: 'request.inbound.ci-bot' }));
  const big = Buffer.alloc(3 * 1024 * 1024, 'x');
  await writer.record(
    smallRecords(4, { topic: 'policy.published' }).map((each) => ({ ...each, value: big })),
  );
  await signAll(ledger.writer);
  service = await testService(database);
});

afterAll(async () => {
  await service.close();
  await ledger.close();
  await database.drop();
});

const key = testSigner().verifier;

async function text(path: string): Promise<string> {
  const { status, body } = await service.get(path);
  if (status !== 200) throw new Error(`HTTP ${status}: ${body}`);
  return body;
}

async function verified(exported: string) {
  const records: ExportRecord[] = [];
  const verdict = await verifyExport([Buffer.from(exported)], {
    key,
    onRecord: (record) => records.push(record),
  });
  return { ...verdict, seqs: records.map(({ seq }) => seq), all: records };
}

const seqsOf = (exported: string): number[] =>
  exported
    .split('\n')
    .filter((line) => line.startsWith('{"seq":'))
    .map((line) => (JSON.parse(line) as { seq: number }).seq);

describe('GET /v1/checkpoints', () => {
  it('gives the newest note, its key, and that it grew out of an earlier one', async () => {
    const vkey = await text('/v1/checkpoints/key');
    const opened = openCheckpoint(await text('/v1/checkpoints/latest'), parseVerifierKey(vkey));
    expect(opened.size).toBeGreaterThanOrEqual(early.size + 707);
    const { proof } = JSON.parse(
      await text(`/v1/checkpoints/consistency?from=${early.size}&to=${opened.size}`),
    ) as ConsistencyDocument;
    const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
    expect(isConsistent(early, opened, hashes)).toBe(true);
    expect(isConsistent({ ...early, size: early.size - 1 }, opened, hashes)).toBe(false);
  });

  it.each([
    ['from=1&to=99999999', 'to is more than'],
    ['from=2&to=1', 'to must not be smaller'],
    ['from=-1&to=1', 'from must be a number'],
    ['from=1', 'to'],
    ['from=1&to=1&x=1', 'x'],
    ['from=1e9&to=1', 'from must be a number'],
    ['from=1&from=2&to=3', 'from must be a number'],
  ])('refuses %s', async (query, detail) => {
    const { status, body, headers } = await service.get(`/v1/checkpoints/consistency?${query}`);
    expect(status).toBe(400);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toContain(detail);
  });
});

describe('GET /v1/requests/{id}/proof', () => {
  it('proves each record of the request', async () => {
    const { records, checkpoint, pending } = JSON.parse(
      await text(`/v1/requests/${id}/proof`),
    ) as RequestProofDocument;
    expect(records).toHaveLength(7);
    expect(pending).toBe(0);
    const { size, root } = openCheckpoint(checkpoint?.note ?? '', key);
    const leaves = await naiveLeaves(ledger.admin);
    for (const { seq, leafHash, proof } of records) {
      expect(leaves[seq]?.toString('base64')).toBe(leafHash);
      const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
      expect(
        isIncluded({ leafHash: Buffer.from(leafHash, 'base64'), index: seq, size, proof: hashes, root }),
      ).toBe(true);
    }
  });

  it('says what is not on record, and refuses what is no request', async () => {
    expect((await service.get(`/v1/requests/${randomUUID()}/proof`)).status).toBe(404);
    expect((await service.get('/v1/requests/x/proof')).status).toBe(400);
    expect((await service.get(`/v1/requests/${id}/proof?x=1`)).status).toBe(400);
  });
});

describe('GET /v1/export', () => {
  it('gives the whole ledger, complete by an independent verification', async () => {
    const { fault, completeness, seqs, withheld } = await verified(await text('/v1/export'));
    expect({ fault, completeness, withheld }).toEqual({
      fault: undefined,
      completeness: 'whole',
      withheld: 3,
    });
    expect(seqs).toEqual(seqs.map((_, nth) => nth));
    expect(seqs.length).toBeGreaterThanOrEqual(roads.length + 707);
  });

  it('gives a period whole, and nothing of an empty one', async () => {
    const { rows } = await ledger.admin.query<{ at: Date }>(
      'SELECT arrived_at AS at FROM record WHERE seq = 30',
    );
    const at = rows[0]?.at.toISOString() ?? '';
    const { fault, completeness, seqs } = await verified(await text(`/v1/export?from=${at}`));
    expect({ fault, completeness }).toEqual({ fault: undefined, completeness: 'range' });
    expect(seqs[0]).toBe(early.size);
    const before = await verified(await text(`/v1/export?to=${at}`));
    expect([before.fault, before.seqs.length]).toEqual([undefined, early.size]);
    expect(await verified(await text('/v1/export?from=2020-01-01&to=2020-01-02'))).toMatchObject({
      records: 0,
    });
  });

  it('gives what a filter lets through with a proof for each, and says that it proves no more', async () => {
    const { fault, completeness, seqs } = await verified(await text(`/v1/export?requestId=${id}`));
    expect({ fault, completeness }).toEqual({ fault: undefined, completeness: 'none' });
    expect(seqs).toHaveLength(7);
    const large = await verified(await text('/v1/export?topic=policy.published'));
    expect([large.fault, large.records]).toEqual([undefined, 4]);
  });

  it('goes on after any record with the same header', async () => {
    const whole = await text('/v1/export');
    const [header] = whole.split('\n');
    const size = openCheckpoint((JSON.parse(header ?? '') as { checkpoint: string }).checkpoint, key).size;
    const seqs = seqsOf(whole);
    for (const after of [0, 254, 255, 256, 700, size - 1]) {
      const rest = await text(`/v1/export?checkpoint=${size}&after=${after}`);
      expect(rest.split('\n')[0]).toBe(header);
      expect(seqsOf(rest)).toEqual(seqs.slice(after + 1));
    }
  });

  it('writes CSV that no spreadsheet computes', async () => {
    const { ledger: writer } = ledger.newLedger();
    await writer.record([{ ...smallRecords(1, { topic: 'request.failed' })[0]!, key: '=HYPERLINK("x")' }]);
    await signAll(ledger.writer);
    const csv = await text('/v1/export?format=csv&topic=request.failed');
    expect(csv.split('\r\n')).toHaveLength(3);
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it('writes OCSF without credentials, a line for each record', async () => {
    const lines = (await text('/v1/export?format=ocsf')).trimEnd().split('\n');
    const { rows } = await ledger.admin.query<{ size: string }>('SELECT max(size) AS size FROM checkpoint');
    const events = lines.map(
      (line) => JSON.parse(line) as { metadata: { sequence: number }; class_uid: number },
    );
    expect(events.map(({ metadata }) => metadata.sequence)).toEqual(
      Array.from({ length: Number(rows[0]?.size) }, (_, seq) => seq),
    );
    expect(events.every(({ class_uid: is }) => is === 6003)).toBe(true);
    expect(lines.join('\n')).not.toMatch(/eyJ[\w-]{8,}\./);
  });

  it.each([
    ['format=xml', 400],
    ['limit=5', 400],
    ['cursor=x', 400],
    ['password=x', 400],
    ['checkpoint=-1', 400],
    ['checkpoint=99999999999999999999999', 400],
    ['after=abc', 400],
    ['from=2026-02-30', 400],
    ['from=2026-03-01&to=2026-02-01', 400],
    ['topic=a%00b', 400],
    ["person=x'%20OR%201=1", 400],
    ['checkpoint=5', 404],
  ])('refuses %s', async (query, expected) => {
    const { status, headers } = await service.get(`/v1/export?${query}`);
    expect(status).toBe(expected);
    expect(headers['content-type']).toContain('application/problem+json');
  });
});

describe('reads', () => {
  it('are on record with who read what, once per query, and no cursor or refusal', async () => {
    const reads = async (): Promise<
      { reader: string; credential: string; query: string; count?: number }[]
    > => {
      const { rows } = await ledger.admin.query<{ value: Buffer }>(
        `SELECT value FROM record WHERE topic = 'ledger.read' ORDER BY seq`,
      );
      return rows.map(({ value }) => JSON.parse(value.toString()));
    };
    const before = (await reads()).length;
    await text(`/v1/events?requestId=${id}&limit=3`);
    await service.get('/v1/events?limit=0');
    await service.get(`/v1/requests/${randomUUID()}`);
    await text('/v1/ledger/state');
    const made = (await reads()).slice(before);
    expect(made).toMatchObject([
      { reader: 'reader', query: `GET /v1/events?requestId=${id}&limit=3`, count: 3 },
      { query: expect.stringContaining('GET /v1/requests/'), count: 0 },
    ]);
    expect(made[0]?.credential).toMatch(/^key:[0-9a-f]{12}$/);
    const { events } = JSON.parse(await text('/v1/events?topic=ledger.read&limit=200')) as {
      events: unknown[];
    };
    expect(events.length).toBeGreaterThanOrEqual(made.length);
  });
});
