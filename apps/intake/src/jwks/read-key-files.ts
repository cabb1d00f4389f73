import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keyFile, type PublicReleaseKey, type ReleaseKey, ReleaseKeyError } from './release-key.js';

/** The keys that lie at a path. */
export interface KeyFiles {
  /** Signs. */
  readonly signing: ReleaseKey;
  /** Of every key there, the one that signs included. */
  readonly publicKeys: readonly PublicReleaseKey[];
}

/** What is taken for a key file; a name that begins with a dot is not, as mounted secrets and editors leave such. */
const KEY_FILE = /^[^.].*\.(json|jwk)$/;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';

async function filesAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => KEY_FILE.test(name));
    return names.toSorted().map((name) => join(path, name));
  } catch (error) {
    throw new ReleaseKeyError(`${path}, which RELEASE_KEY_FILE names, cannot be read (${codeOf(error)})`);
  }
}

async function keyIn(file: string): Promise<ReturnType<typeof keyFile>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ReleaseKeyError(`${file}: the key file cannot be read (${codeOf(error)})`);
  }
  try {
    return keyFile(text);
  } catch (error) {
    if (!(error instanceof ReleaseKeyError)) throw error;
    throw new ReleaseKeyError(`${file}: ${error.message}`);
  }
}

/**
 * Reads the release keys: a file with one key, or a folder of them (`*.json`, `*.jwk`). Of the private ones the last in
 * order of the files' names signs, so files that are named after their day take over in turn.
 * @throws ReleaseKeyError when one cannot be read or holds something else, or none is private
 */
export async function readKeyFiles(path: string): Promise<KeyFiles> {
  const keys = await Promise.all((await filesAt(path)).map(keyIn));
  const signing = keys.findLast((key): key is ReleaseKey => key.privateKey !== undefined);
  if (signing === undefined)
    throw new ReleaseKeyError(`${path}: there is no private key to sign releases with`);
  return { signing, publicKeys: keys.map(({ publicJwk }) => publicJwk) };
}
