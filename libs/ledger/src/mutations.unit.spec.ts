import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openCheckpoint } from './checkpoint.js';
import { encodeExportRecord, type ExportRecord, parseExportRecord } from './export-format.js';
import { hashOf } from './record-bytes.js';
import {
  aCheckpoint,
  anImpostor,
  aSigner,
  exportLines,
  fileOf,
  someRecords,
  withFooter,
} from './testing/an-export.js';
import { verifyExport } from './verify-export.js';

/** More than one block, and the last one not full. */
const COUNT = 300;

/** A change of a file: what it is called, and the file as it is afterwards. */
interface Mutation {
  readonly name: string;
  readonly file: (lines: readonly string[]) => Buffer | Promise<Buffer>;
}

const records = someRecords(COUNT);
const isRecord = (line: string): boolean => line.startsWith('{"seq":');
/** With a last line that fits, so that the tree has to find the change, and not a sum that anybody can write. */
const mended = (lines: readonly string[]): Buffer => fileOf(withFooter(lines, lines.filter(isRecord).length));
const finished = (lines: readonly string[], isMended: boolean): Buffer =>
  isMended ? mended(lines.slice(0, -1)) : fileOf(lines);

const nth = fc.nat({ max: 100_000 });
/** A line that is neither the first nor the last: a record or a block. */
const inner = (lines: readonly string[], at: number): number => 1 + (at % (lines.length - 2));
const recordAt = (lines: readonly string[], at: number): number => {
  const places = lines.flatMap((line, place) => (isRecord(line) ? [place] : []));
  return places[at % places.length] ?? 0;
};

const bitFlip = fc.tuple(nth, fc.nat({ max: 7 })).map(([at, bit]): Mutation => ({
  name: `bit ${bit} of byte ${at} flipped`,
  file: (lines) => {
    const file = fileOf(lines);
    const place = (at * 7919) % file.length;
    file[place] = (file[place] ?? 0) ^ (1 << bit);
    return file;
  },
}));

const mendedBitFlip = fc.tuple(nth, nth, fc.nat({ max: 6 })).map(([at, byte, bit]): Mutation => ({
  name: `bit ${bit} of a line flipped, the last line made to fit`,
  file: (lines) => {
    const place = inner(lines, at);
    const bytes = Buffer.from(lines[place] ?? '');
    const nthByte = byte % bytes.length;
    bytes[nthByte] = (bytes[nthByte] ?? 0) ^ (1 << bit);
    return mended(lines.with(place, bytes.toString('latin1')).slice(0, -1));
  },
}));

const dropped = fc.tuple(nth, fc.boolean()).map(([at, isMended]): Mutation => ({
  name: 'a line dropped',
  file: (lines) => finished(lines.toSpliced(inner(lines, at), 1), isMended),
}));

const swapped = fc.tuple(nth, nth, fc.boolean()).map(([one, other, isMended]): Mutation => ({
  name: 'two lines swapped',
  file: (lines) => {
    const first = inner(lines, one);
    const second = inner(lines, one + 1 + (other % (lines.length - 3)));
    return finished(lines.with(first, lines[second] ?? '').with(second, lines[first] ?? ''), isMended);
  },
}));

const repeated = fc.tuple(nth, nth, fc.boolean()).map(([at, to, isMended]): Mutation => ({
  name: 'a line repeated',
  file: (lines) => finished(lines.toSpliced(inner(lines, to), 0, lines[inner(lines, at)] ?? ''), isMended),
}));

const FIELDS: readonly ((record: ExportRecord) => ExportRecord)[] = [
  (record) => ({ ...record, arrivedAt: record.arrivedAt + 1 }),
  (record) => ({ ...record, brokerTime: record.brokerTime === null ? 0 : record.brokerTime + 1 }),
  (record) => ({ ...record, topic: record.topic === 'vote.cast' ? 'decision.made' : 'vote.cast' }),
  (record) => ({ ...record, partition: 1 - record.partition }),
  (record) => ({ ...record, offset: record.offset + 1n }),
  (record) => ({ ...record, form: 'withheld', bytes: undefined, sha256: Buffer.alloc(32, 5) }),
  (record) => {
    const bytes = { key: null, headers: null, value: Buffer.from('{"event":"approved after all"}') };
    return { ...record, form: 'as-they-came', bytes, sha256: Buffer.from(hashOf(bytes), 'hex') };
  },
];

const forged = fc.tuple(nth, fc.nat({ max: FIELDS.length - 1 })).map(([at, field]): Mutation => ({
  name: `field ${field} of a record changed, its hash and the last line made to fit`,
  file: (lines) => {
    const place = recordAt(lines, at);
    const change = FIELDS[field] ?? ((record) => record);
    return mended(
      lines.with(place, encodeExportRecord(change(parseExportRecord(lines[place] ?? '')))).slice(0, -1),
    );
  },
}));

const resigned = fc
  .tuple(nth, fc.nat({ max: FIELDS.length - 1 }), fc.boolean())
  .map(([at, field, isNoteOnly]): Mutation => ({
    name: 'a record changed, and the tree built and signed anew with another key',
    file: async (lines) => {
      const seq = at % COUNT;
      const change = isNoteOnly ? undefined : FIELDS[field];
      const changed = records.map((record) => (record.seq === seq && change ? change(record) : record));
      if (!isNoteOnly) return fileOf(await exportLines(changed, { signer: anImpostor }));
      const notes = await Promise.all([aCheckpoint(records), aCheckpoint(records, { signer: anImpostor })]);
      const [own, other] = notes.map((note) => JSON.stringify(note)) as [string, string];
      return mended(lines.map((line) => line.replace(own, other)).slice(0, -1));
    },
  }));

const cutOff = fc.tuple(nth, fc.constantFrom('bytes', 'lines', 'mended')).map(([at, how]): Mutation => ({
  name: `the tail cut off: ${how}`,
  file: (lines) => {
    if (how === 'bytes') {
      const file = fileOf(lines);
      return file.subarray(0, (at * 7919) % file.length);
    }
    const kept = lines.slice(0, 1 + (at % (lines.length - 2)));
    return how === 'lines' ? fileOf(kept) : mended(kept);
  },
}));

/** Sound by itself: what only a checkpoint that was kept elsewhere can show. */
const earlier = fc.integer({ min: 1, max: COUNT - 1 }).map((size): Mutation => ({
  name: 'the tail cut off: an earlier export in place of the latest',
  file: async () => fileOf(await exportLines(records, { size })),
}));

const mutations = fc.oneof(
  { weight: 3, arbitrary: bitFlip },
  { weight: 3, arbitrary: mendedBitFlip },
  { weight: 2, arbitrary: dropped },
  { weight: 2, arbitrary: swapped },
  { weight: 2, arbitrary: repeated },
  { weight: 3, arbitrary: forged },
  { weight: 1, arbitrary: resigned },
  { weight: 2, arbitrary: cutOff },
  { weight: 1, arbitrary: earlier },
);

it.each([
  ['contiguous', 1000],
  ['filtered', 250],
] as const)('finds in a %s export each of %i random changes', async (kind, count) => {
  const lines = await exportLines(records, { kind });
  const until = [openCheckpoint(await aCheckpoint(records), aSigner.verifier)];
  const verify = async (file: Buffer) => verifyExport([file], { key: aSigner.verifier, until });
  const original = fileOf(lines);
  expect((await verify(original)).fault).toBeUndefined();
  let found = 0;
  const isPossible = (name: string): boolean =>
    kind === 'contiguous' || !(name.includes('dropped') || name.includes('cut off: mended'));
  await fc.assert(
    fc.asyncProperty(
      mutations.filter(({ name }) => isPossible(name)),
      async ({ name, file }) => {
        const changed = await file(lines);
        fc.pre(!changed.equals(original));
        const { fault } = await verify(changed);
        expect({ name, isFound: fault !== undefined }).toEqual({ name, isFound: true });
        expect(fault?.line).toBeGreaterThan(0);
        found += 1;
      },
    ),
    { numRuns: count },
  );
  expect(found).toBe(count);
});
