import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { workspaceFolder } from './servers.config.js';

const run = promisify(execFile);
const OLDEST_JAVA = 17;

/** What was fetched or made once is kept here, whatever data the stack begins anew with. */
const keptFolder = (): string => join(workspaceFolder(), '.tollgate');

/** The version of Kafka that pom.xml names. */
export function kafkaVersion(): string {
  const pom = readFileSync(join(workspaceFolder(), 'pom.xml'), 'utf8');
  const version = /<kafka\.version>([^<]+)<\/kafka\.version>/.exec(pom)?.[1];
  if (version === undefined) throw new Error('pom.xml names no kafka.version.');
  return version;
}

/** The version of the `java` in the path, like `17.0.15`; undefined where there is none. */
async function javaVersion(): Promise<string | undefined> {
  try {
    const { stderr, stdout } = await run('java', ['-version']);
    return /version "([\w.+-]+)"/.exec(stderr + stdout)?.[1] ?? 'unknown';
  } catch {
    return undefined;
  }
}

/** @returns why Java cannot run the broker, or nothing when it can */
export async function javaFault(): Promise<string | undefined> {
  const version = await javaVersion();
  if (version === undefined) return `install Java ${OLDEST_JAVA} or newer and Maven (no \`java\` was found)`;
  if (Number.parseInt(version) >= OLDEST_JAVA) return undefined;
  return `install Java ${OLDEST_JAVA} or newer (version ${version} is installed) and Maven`;
}

/**
 * Where the JVM keeps the broker's classes as it has parsed them, beside the jars; with them it starts in two thirds of
 * the time. The first broker that is stopped in order writes the file.
 * @param kind which classes a broker loads beyond those of every broker
 */
export const classArchive = async (kind = ''): Promise<string> =>
  join(keptFolder(), `kafka-${kafkaVersion()}-java-${(await javaVersion()) ?? 'unknown'}${kind}.jsa`);

/**
 * The folder with the jars of the broker; fetched with Maven the first time, kept beside the data of the stack but
 * not with it, so that a fresh start needs no network.
 *
 * @throws Error when the jars are not there yet and Maven is missing or fails
 */
export async function kafkaJars(): Promise<string> {
  const pom = join(workspaceFolder(), 'pom.xml');
  const folder = join(keptFolder(), `kafka-libs-${kafkaVersion()}`);
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
