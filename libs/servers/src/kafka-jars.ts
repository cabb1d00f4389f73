import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { workspaceFolder } from './servers.config.js';

const run = promisify(execFile);
const OLDEST_JAVA = 17;

/** The version of Kafka that pom.xml names. */
export function kafkaVersion(): string {
  const pom = readFileSync(join(workspaceFolder(), 'pom.xml'), 'utf8');
  const version = /<kafka\.version>([^<]+)<\/kafka\.version>/.exec(pom)?.[1];
  if (version === undefined) throw new Error('pom.xml names no kafka.version.');
  return version;
}

/** @returns why Java cannot run the broker, or nothing when it can */
export async function javaFault(): Promise<string | undefined> {
  try {
    const { stderr, stdout } = await run('java', ['-version']);
    const version = /version "(\d+)/.exec(stderr + stdout)?.[1];
    if (version !== undefined && Number(version) >= OLDEST_JAVA) return undefined;
    return `install Java ${OLDEST_JAVA} or newer (version ${version ?? 'unknown'} is installed) and Maven`;
  } catch {
    return `install Java ${OLDEST_JAVA} or newer and Maven (no \`java\` was found)`;
  }
}

/**
 * The folder with the jars of the broker; fetched with Maven the first time, kept beside the data of the stack but
 * not with it, so that a fresh start needs no network.
 *
 * @throws Error when the jars are not there yet and Maven is missing or fails
 */
export async function kafkaJars(): Promise<string> {
  const pom = join(workspaceFolder(), 'pom.xml');
  const folder = join(workspaceFolder(), '.tollgate', `kafka-libs-${kafkaVersion()}`);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}-`);
  try {
    await run(
      'mvn',
      [
        '-q',
        '-B',
        '-f',
        pom,
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${unfinished}`,
      ],
      { maxBuffer: 16 * 1024 * 1024 },
    );
    // Another start may have been faster; its jars are as good.
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error('install Maven (no `mvn` was found; it fetches the jars of the broker once)', {
        cause: error,
      });
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Maven could not fetch the jars of the broker: ${why}`, { cause: error });
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}
