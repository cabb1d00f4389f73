import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openCheckpoint } from './checkpoint.js';
import { encodeExportRecord, parseExportRecord } from './export-format.js';
import { type ExportVerdict, type VerifyOptions } from './export-verdict.js';
import { newSigner } from './note-keys.js';
import { hashOf } from './record-bytes.js';
import { addSignature } from './signed-note.js';
import {
  aCheckpoint,
  aSigner,
  exportLines,
  type ExportOptions,
  fileOf,
  laneEnds,
  someRecords,
  withFooter,
} from './testing/an-export.js';
import { verifyExport } from './verify-export.js';

const records = someRecords(600);
const key = aSigner.verifier;
const verifyLines = (
  lines: readonly string[],
  options: Partial<VerifyOptions> = {},
): Promise<ExportVerdict> => verifyExport([fileOf(lines)], { key, ...options });
const verifyRecords = async (options: ExportOptions = {}, against: Partial<VerifyOptions> = {}) =>
  verifyLines(await exportLines(records, options), against);

describe('an export that nobody touched', () => {
  it('holds, and is complete from the first record to the checkpoint', async () => {
    const verdict = await verifyRecords();
    expect(verdict.fault).toBeUndefined();
    expect(verdict).toMatchObject({
      records: 600,
      withheld: 66,
      encrypted: 0,
      gaps: 0,
      completeness: 'whole',
    });
    expect(verdict.checkpoint?.signedBy).toEqual([key]);
  });

  it('holds for any range, and is complete for that', async () => {
    const numbers = fc.tuple(fc.nat({ max: 600 }), fc.nat({ max: 600 }), fc.nat({ max: 600 }));
    await fc.assert(
      fc.asyncProperty(numbers, async (three) => {
        const [from, to, size] = three.toSorted((a, b) => a - b) as [number, number, number];
        const verdict = await verifyRecords({ from, to, size });
        expect(verdict.fault).toBeUndefined();
        expect(verdict.records).toBe(to - from);
        expect(verdict.completeness).toBe(from === 0 && to === size ? 'whole' : 'range');
      }),
      { numRuns: 40 },
    );
  });

  it('holds for any filter, and then claims no completeness', async () => {
    const verdict = await verifyRecords({ kind: 'filtered', keep: ({ topic }) => topic === 'vote.cast' });
    expect(verdict.fault).toBeUndefined();
    expect(verdict).toMatchObject({ records: 300, gaps: 0, completeness: 'none' });
    expect(verdict.header?.filter).toEqual({ topic: 'some' });
  });

  it('holds in whatever pieces it comes', async () => {
    const file = fileOf(await exportLines(records.slice(0, 40)));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 20 }),
        async (sizes) => {
          const chunks: Buffer[] = [];
          for (let at = 0, nth = 0; at < file.length; nth += 1) {
            const size = sizes[nth % sizes.length] ?? 1;
            chunks.push(file.subarray(at, at + size));
            at += size;
          }
          expect((await verifyExport(chunks, { key })).fault).toBeUndefined();
        },
      ),
      { numRuns: 30 },
    );
  });

  it('tells each record that holds, and each gap', async () => {
    const seen: number[] = [];
    const gaps: unknown[] = [];
    const jumping = records
      .map((record) => (record.seq === 8 ? { ...record, offset: 5n } : record))
      .slice(0, 9);
    const verdict = await verifyLines(await exportLines(jumping), {
      onRecord: ({ seq }) => seen.push(seq),
      onGap: (gap) => gaps.push(gap),
    });
    expect(verdict.fault).toBeUndefined();
    expect(seen).toEqual(jumping.map(({ seq }) => seq));
    expect(gaps).toEqual([{ topic: 'vote.cast', partition: 0, from: 2n, to: 5n, seq: 8 }]);
  });

  it('names the witnesses who signed its checkpoint', async () => {
    const witness = newSigner({ name: 'witness.example', seed: Buffer.alloc(32, 3), kind: 'cosignature' });
    const lines = await exportLines(records);
    const [header = ''] = lines;
    const note = await aCheckpoint(records);
    const cosigned = header.replace(JSON.stringify(note), JSON.stringify(addSignature(note, witness)));
    const file = withFooter([cosigned, ...lines.slice(1, -1)], 600);
    const verdict = await verifyLines(file, { witnesses: [witness.verifier] });
    expect(verdict.fault).toBeUndefined();
    expect(verdict.checkpoint?.signedBy).toEqual([key, witness.verifier]);
  });
});

describe('the record that is wrong is named', () => {
  it.each(['contiguous', 'filtered'] as const)(
    'though everything around it was made to fit: %s',
    async (kind) => {
      const lines = await exportLines(records, { kind });
      await fc.assert(
        fc.asyncProperty(
          fc.nat({ max: 599 }).filter((seq) => seq % 9 !== 8),
          async (seq) => {
            const at = lines.findIndex((line) => line.startsWith(`{"seq":${seq},`));
            const record = parseExportRecord(lines[at] ?? '');
            const bytes = { ...record.bytes, value: Buffer.from('{"event":"another"}') } as Required<
              typeof record
            >['bytes'];
            const changed = encodeExportRecord({
              ...record,
              bytes,
              sha256: Buffer.from(hashOf(bytes), 'hex'),
            });
            const { fault } = await verifyLines(withFooter(lines.with(at, changed).slice(0, -1), 600));
            expect(fault).toMatchObject({
              line: at + 1,
              seq,
              place: `${record.topic}/${record.partition}/${record.offset}`,
            });
          },
        ),
        { numRuns: 25 },
      );
    },
  );
});

describe('a checkpoint that was kept', () => {
  const kept = async (...sizes: number[]) =>
    Promise.all(sizes.map(async (size) => openCheckpoint(await aCheckpoint(records, { size }), key)));

  it.each([0, 1, 255, 256, 257, 599, 600])(
    'of %i records agrees with an export that reaches it',
    async (size) => {
      expect((await verifyRecords({}, { until: await kept(size) })).fault).toBeUndefined();
    },
  );

  it('is one of many, and each of them is compared', async () => {
    const honest = await kept(600, 3, 256, 400, 3);
    expect((await verifyRecords({}, { until: honest })).fault).toBeUndefined();
    expect((await verifyRecords({ from: 200 }, { until: honest })).fault).toBeUndefined();
    const other = openCheckpoint(await aCheckpoint(someRecords(601).slice(1), { size: 400 }), key);
    expect((await verifyRecords({}, { until: [...honest, other] })).fault?.why).toContain(
      'the first 400 records',
    );
  });

  it('is compared with a range that holds its end', async () => {
    const until = await kept(300);
    expect((await verifyRecords({ from: 200, to: 400 }, { until })).fault).toBeUndefined();
    expect((await verifyRecords({ from: 100, to: 300 }, { until })).fault).toBeUndefined();
    expect((await verifyRecords({ from: 301, to: 400 }, { until })).fault?.why).toContain('lies before');
    expect((await verifyRecords({ from: 100, to: 299 }, { until })).fault?.why).toContain(
      '1 records are missing',
    );
  });

  it('shows that the tail of a file is missing, though the file is as whole as can be', async () => {
    expect((await verifyRecords({ size: 500 })).completeness).toBe('whole');
    const { fault } = await verifyRecords({ size: 500 }, { until: await kept(600) });
    expect(fault?.why).toBe(
      'the export ends with record 499, and the checkpoint to reach counts 600: 100 records are missing at the end',
    );
  });

  it.each([100, 600])(
    'of %i records shows that the ledger was changed, and signed anew with its own key',
    async (size) => {
      const until = await kept(size);
      const rewritten = records.map((record) =>
        record.seq === 50 ? { ...record, arrivedAt: record.arrivedAt - 1 } : record,
      );
      const lines = await exportLines(rewritten);
      expect((await verifyLines(lines)).fault).toBeUndefined();
      expect((await verifyLines(lines, { until })).fault?.why).toContain('the ledger was changed');
    },
  );
});

describe('what a checkpoint says of partitions', () => {
  const ends = laneEnds(records);
  it.each([
    [
      'ends later',
      ends.map((lane, nth) => (nth === 0 ? { ...lane, next: lane.next + 1n } : lane)),
      'records are missing',
    ],
    [
      'ends earlier',
      ends.map((lane, nth) => (nth === 0 ? { ...lane, next: lane.next - 1n } : lane)),
      'before offset 149',
    ],
    ['is unknown', ends.slice(1), 'knows no partition'],
    [
      'never came',
      [...ends, { topic: 'vote.cast', partition: 9, next: 1n }],
      'vote.cast/9 ends before offset 0',
    ],
  ])('is compared with the records: one %s', async (_, lanes, why) => {
    expect((await verifyRecords({ lanes })).fault?.why).toContain(why);
  });
});

describe('what is no export', () => {
  it.each([
    ['nothing', '', 'the file is empty'],
    ['something else', '{"hello":"world"}\n', 'no export of a Tollgate ledger'],
    ['no JSON', 'hello\n', 'no JSON'],
    ['a list', '[]\n', 'no JSON object'],
    ['another version', '{"format":"tollgate-ledger-export","version":2}\n', 'another version'],
  ])('is refused: %s', async (_, file, why) => {
    expect((await verifyExport([Buffer.from(file)], { key })).fault?.why).toContain(why);
  });

  it('is refused by its first line: a checkpoint that the key has not signed', async () => {
    const other = newSigner({ name: 'tollgate/other/ledger', seed: Buffer.alloc(32, 9) }).verifier;
    expect((await verifyRecords({}, { key: other })).fault).toEqual({
      line: 1,
      why: 'no trusted key has signed the note',
    });
  });

  it('does not hide an error that is not the file’s', async () => {
    const onRecord = (): void => {
      throw new Error('the disk is full');
    };
    await expect(verifyRecords({}, { onRecord })).rejects.toThrow('the disk is full');
  });
});
