import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@tollgate/runtime';
import { type PublicReleaseKey, releaseKey, ReleaseKeyError } from './release-key.js';
import { ReleaseKeys } from './release-keys.js';

/** A record that may be out of reach. */
class FakeRecord {
  readonly kids: string[] = [];
  isDown = false;

  async add(keys: readonly PublicReleaseKey[]): Promise<void> {
    if (this.isDown) throw new Error('the database does not answer');
    this.kids.push(...keys.map(({ kid }) => kid).filter((kid) => !this.kids.includes(kid)));
  }
}

describe('the keys of releases', () => {
  let folder: string;
  let record: FakeRecord;
  let keys: ReleaseKeys | undefined;
  let isFault: number | undefined;

  /** @returns the kid */
  const write = (name: string, half: 'private' | 'public' = 'private'): string => {
    const text = JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
    const { publicJwk } = releaseKey(text);
    writeFileSync(join(folder, name), half === 'private' ? text : JSON.stringify(publicJwk));
    return publicJwk.kid;
  };
  const start = async (path = folder): Promise<ReleaseKeys> => {
    keys = await ReleaseKeys.start({
      path,
      record,
      logger: createLogger('test', 'silent'),
      fault: { set: (value: unknown) => void (isFault = Number(value)) },
    });
    return keys;
  };
  const signing = () => keys?.signing.publicJwk.kid;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-keys-'));
    record = new FakeRecord();
    isFault = undefined;
  });
  afterEach(async () => {
    await keys?.stop();
    for (const left of [folder, `${folder}-gone`]) rmSync(left, { recursive: true, force: true });
  });

  it('of a folder: the last private one by name signs, and all are on record', async () => {
    const [first, second, later] = [
      write('2026-01.jwk'),
      write('2026-07.json'),
      write('2026-12.json', 'public'),
    ];
    write('.hidden.json');
    writeFileSync(join(folder, 'README'), 'these are keys');
    await start();
    expect(signing()).toBe(second);
    expect(record.kids.toSorted()).toEqual([first, second, later].toSorted());
    expect(isFault).toBe(0);
  });

  it('change without a restart, and the new one is on record before it signs', async () => {
    const first = write('1.json');
    const running = await start();
    const second = write('2.json');
    record.isDown = true;
    await running.look();
    expect([signing(), isFault]).toEqual([first, 1]);
    record.isDown = false;
    await running.look();
    expect([signing(), isFault]).toEqual([second, 0]);
    expect(record.kids).toEqual([first, second]);
    // Back again: the one before signs on.
    unlinkSync(join(folder, '2.json'));
    await running.look();
    expect(signing()).toBe(first);
  });

  it('of a single file are changed by another file in its place', async () => {
    const first = write('key.json');
    const running = await start(join(folder, 'key.json'));
    const second = write('next');
    renameSync(join(folder, 'next'), join(folder, 'key.json'));
    await running.look();
    expect(signing()).toBe(second);
    expect(record.kids).toEqual([first, second]);
  });

  it.each<[string, (at: string) => void]>([
    ['half of a file', (at) => writeFileSync(join(at, '2.json'), '{"kty":"OKP","d":"secr')],
    ['no key any more', (at) => unlinkSync(join(at, '1.json'))],
    ['no folder any more', (at) => renameSync(at, `${at}-gone`)],
  ])('stay as they are while there is %s', async (_name, harm) => {
    const first = write('1.json');
    const running = await start();
    harm(folder);
    await running.look();
    expect([signing(), isFault]).toEqual([first, 1]);
  });

  it.each<[string, (at: string) => void, RegExp]>([
    ['nothing', () => undefined, /no private key/],
    ['public keys only', () => void write('1.json', 'public'), /no private key/],
    ['something else', (at) => writeFileSync(join(at, '1.json'), 'secret'), /1\.json: .*JWK/],
  ])('are needed at the start: %s is not enough', async (_name, put, message) => {
    put(folder);
    const starting = start();
    await expect(starting).rejects.toThrow(ReleaseKeyError);
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.not.toThrow(/secret/);
  });

  it('are needed at the start: a path that is not there is named', async () => {
    await expect(start(join(folder, 'nowhere'))).rejects.toThrow(/nowhere.*ENOENT/);
  });
});
