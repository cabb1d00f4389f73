import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notesIn, openCheckpoint, parseVerifierKey } from '@tollgate/ledger';
import { FakeAudit } from '../testing/fake-audit.js';
import { type Ran, runTollgate } from '../testing/run-tollgate.js';

let folder: string;
let audit: FakeAudit;
let environment: Record<string, string>;
const at = (name: string): string => join(folder, name);
const run = (...args: string[]): Promise<Ran> => runTollgate(folder, environment, ['audit', ...args]);
const verify = (...args: string[]): Promise<Ran> =>
  runTollgate(folder, {}, ['audit', 'verify', ...args, '--key', audit.signer.verifier.vkey]);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-audit-'));
  audit = new FakeAudit();
  audit.add(600);
  environment = { TOLLGATE_AUDIT_URL: await audit.start(), TOLLGATE_READER_KEY: 'a-reader' };
});

afterEach(async () => {
  await audit.stop();
  rmSync(folder, { recursive: true });
});

describe('audit export and verify', () => {
  it('takes the ledger away, and proves offline that it is complete', async () => {
    const exported = await run('export', at('all.ndjson'), '--from', '2026-11-01T00:00:00Z');
    expect(exported).toMatchObject({ code: 0, err: '' });
    expect(exported.out).toContain('600 records');
    expect(audit.paths).toEqual(['/v1/export?format=ndjson&from=2026-11-01T00%3A00%3A00Z']);
    const { code, out } = await verify(at('all.ndjson'));
    expect(code).toBe(0);
    expect(out).toContain('all.ndjson holds');
    expect(out).toContain('tollgate/test/ledger, 600 records');
    expect(out).toContain('complete: every record from the first one to the checkpoint is there');
  });

  it('names the first record that is wrong, and exits with 1', async () => {
    await run('export', at('all.ndjson'));
    const text = readFileSync(at('all.ndjson'), 'utf8');
    const value = (seq: number): string => Buffer.from(`{"event":${seq}}`).toString('base64');
    writeFileSync(at('all.ndjson'), text.replace(value(300), value(301)));
    const { code, out } = await verify(at('all.ndjson'));
    expect(code).toBe(1);
    expect(out).toContain('does not hold');
    // The header, two blocks, and 300 records come before it.
    expect(out).toContain('line 304, record 300, ledger.read/0/300: its bytes do not have its hash');
    const json = await runTollgate(folder, {}, [
      '--json',
      'audit',
      'verify',
      at('all.ndjson'),
      '--key',
      audit.signer.verifier.vkey,
    ]);
    expect(JSON.parse(json.out)).toMatchObject({
      holds: false,
      fault: { line: 304, seq: 300 },
      records: 300,
    });
  });

  it('recomputes the rules from the file alone, and exits with 1 where one does not hold', async () => {
    audit.topic = 'vote.cast';
    for (let seq = 0; seq < 600; seq += 1) audit.rewrite(seq);
    await run('export', at('all.ndjson'));
    const { code, out } = await verify(at('all.ndjson'));
    expect(code).toBe(1);
    expect(out).toContain('all.ndjson holds');
    expect(out).toContain('the rules do not hold: 600 violations');
    expect(out).toContain('readable: ');
    expect(out).toContain('(record 0)');
    expect(out).toContain('and 580 more');
    expect(await verify(at('all.ndjson'), '--proofs-only')).toMatchObject({ code: 0 });
  });

  it('finds that the tail is missing by a checkpoint or a mirror that somebody kept', async () => {
    await run('export', at('early.ndjson'));
    writeFileSync(at('early.note'), await audit.checkpoint());
    audit.add(10);
    writeFileSync(at('mirror'), `${await audit.checkpoint(100)}\n${await audit.checkpoint()}\n`);
    expect(await verify(at('early.ndjson'), '--until', at('early.note'))).toMatchObject({ code: 0 });
    const { code, out } = await verify(at('early.ndjson'), '--until', at('mirror'));
    expect(code).toBe(1);
    expect(out).toContain('10 records are missing at the end');
  });

  it.each([1, 13_000, 60_000])('goes on with an export that was cut off after %i bytes', async (bytes) => {
    audit.cutAfter = bytes;
    const cut = await run('export', at('all.ndjson'));
    expect(cut.code).toBe(69);
    expect(cut.err).toContain('--resume');
    expect(existsSync(at('all.ndjson'))).toBe(false);
    audit.add(50);
    expect(await run('export', at('all.ndjson'))).toMatchObject({ code: 64 });
    expect(await run('export', at('all.ndjson'), '--resume')).toMatchObject({ code: 0 });
    expect((await verify(at('all.ndjson'))).code).toBe(0);
    if (bytes > 1) expect(audit.paths.at(-1)).toMatch(/checkpoint=600&after=\d+$/);
    await run('export', at('whole.ndjson'));
    const records = (name: string): string[] =>
      readFileSync(at(name), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{"seq":'));
    expect(records('all.ndjson')).toEqual(records('whole.ndjson').slice(0, bytes > 1 ? 600 : 650));
  });

  it('refuses to go on with another ledger', async () => {
    audit.cutAfter = 60_000;
    await run('export', at('all.ndjson'));
    audit.rewrite(3);
    const { code, err } = await run('export', at('all.ndjson'), '--resume');
    expect(code).toBe(1);
    expect(err).toContain('another export');
  });

  it('writes other formats as they come', async () => {
    expect(await run('export', at('all.csv'), '--format', 'csv')).toMatchObject({ code: 0 });
    expect(readFileSync(at('all.csv'), 'utf8')).toBe('seq\n0\n');
  });

  it('says what is missing, and never overwrites a file', async () => {
    environment['TOLLGATE_READER_KEY'] = 'nobody';
    expect(await run('export', at('all.ndjson'))).toMatchObject({ code: 1 });
    delete environment['TOLLGATE_READER_KEY'];
    expect((await run('export', at('other.ndjson'))).err).toContain('TOLLGATE_READER_KEY');
    writeFileSync(at('there'), '');
    environment['TOLLGATE_READER_KEY'] = 'a-reader';
    expect((await run('export', at('there'))).err).toContain('is there already');
    expect((await run('verify', at('there'), '--key', 'no key')).code).toBe(64);
    expect((await run('verify', at('nowhere'), '--key', audit.signer.verifier.vkey)).code).toBe(64);
  });
});

describe('audit witness', () => {
  let witness: string;
  const cosign = (): Promise<Ran> =>
    run(
      'witness',
      '--key',
      audit.signer.verifier.vkey,
      '--signer',
      at('key'),
      '--state',
      at('state'),
      '--mirror',
      at('mirror'),
    );

  beforeEach(async () => {
    const { out } = await run('witness-key', 'witness.example/w1', at('key'));
    witness = out.trim();
  });

  it('cosigns what holds the tree it has seen, and an export is verified against its mirror', async () => {
    expect(statSync(at('key')).mode & 0o777).toBe(0o600);
    expect(await cosign()).toMatchObject({ code: 0, err: '' });
    audit.add(400);
    expect(await cosign()).toMatchObject({ code: 0, err: '' });
    expect(await cosign()).toMatchObject({ code: 0, err: '' });
    const notes = notesIn(readFileSync(at('mirror'), 'utf8'));
    expect(notes).toHaveLength(3);
    const verifiers = [audit.signer.verifier, parseVerifierKey(witness)] as const;
    expect(openCheckpoint(notes[1] ?? '', verifiers[0], [verifiers[1]]).signedBy).toHaveLength(2);
    await run('export', at('all.ndjson'));
    const { code, out } = await verify(at('all.ndjson'), '--until', at('mirror'), '--witness', witness);
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out).toContain('3 kept checkpoint(s)');
  });

  it('refuses a ledger that was changed or cut short, and keeps what it has seen', async () => {
    await cosign();
    const seen = readFileSync(at('state'), 'utf8');
    audit.rewrite(3);
    expect((await cosign()).err).toContain('the ledger was changed');
    audit.add(5);
    const { code, err } = await cosign();
    expect(code).toBe(1);
    expect(err).toContain('the ledger was changed');
    expect(err).toContain('tollgate/test/ledger\n605\n');
    expect(readFileSync(at('state'), 'utf8')).toBe(seen);
  });

  it('refuses a ledger of another key, and a key that is no witness’s', async () => {
    await cosign();
    const { err } = await run('witness', '--key', witness, '--signer', at('key'), '--state', at('state'));
    expect(err).toContain('no trusted key');
    writeFileSync(
      at('key'),
      'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
    );
    expect((await cosign()).err).toContain('holds no key of a witness');
  });
});
